import { type HttpExtension, headers as headerNames } from '@chat/contract';
import type { Answer } from './exchange.js';

/** What the backend last said it knows beyond the core. */
export class AnnouncedExtensions {
  #header: string | undefined;

  /** Whether it announced anything; `undefined` as long as it has not said a word. */
  get any(): boolean | undefined {
    return this.#header === undefined ? undefined : this.#header !== '';
  }

  /** A success without the header announces nothing; a refusal without it may come from a proxy. */
  learn({ headers, ok }: Answer): void {
    this.#header = headers.get(headerNames.extensions) ?? (ok ? '' : this.#header);
  }

  has(name: HttpExtension): boolean {
    const names = this.#header?.toLowerCase().split(/\s*,\s*/) ?? [];
    return names.includes(name);
  }
}
