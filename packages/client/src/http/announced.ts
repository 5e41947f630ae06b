import { type HttpExtension, headers as headerNames } from '@chat/contract';
import type { Answer } from './exchange.js';

/** What the backend last said it knows beyond the core. */
export class AnnouncedExtensions {
  #header = '';
  #names: readonly string[] = [];
  #answered = false;

  /** Whether it announced anything; `undefined` as long as it has not said a word. */
  get any(): boolean | undefined {
    return this.#answered ? this.#header !== '' : undefined;
  }

  /** A success without the header announces nothing; a refusal without it may come from a proxy. */
  learn({ headers, ok }: Answer): void {
    if (ok) this.#answered = true;
    const header = headers.get(headerNames.extensions) ?? (ok ? '' : this.#header);
    if (header === this.#header) return;
    this.#header = header;
    this.#names = header.split(',').map((name) => name.trim().toLowerCase());
  }

  has(name: HttpExtension): boolean {
    return this.#names.includes(name);
  }
}
