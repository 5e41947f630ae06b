import { type HttpExtension, headers as headerNames } from '@chat/contract';
import type { FetchResponse } from '../types/platform.js';

/** The extensions that the backend announced last. */
export class ServerCapabilities {
  #header: string | undefined;

  /** Whether it announces extensions; `undefined` before the first response. */
  get hasExtensions(): boolean | undefined {
    return this.#header === undefined ? undefined : this.#header !== '';
  }

  /** A success without the header announces none; an error response without it may come from a proxy. */
  update({ headers, ok }: Pick<FetchResponse, 'headers' | 'ok'>): void {
    this.#header = headers.get(headerNames.extensions) ?? (ok ? '' : this.#header);
  }

  has(name: HttpExtension): boolean {
    const names = this.#header?.toLowerCase().split(/\s*,\s*/) ?? [];
    return names.includes(name);
  }
}
