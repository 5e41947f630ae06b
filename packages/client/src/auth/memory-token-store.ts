import type { StoredToken, TokenStore } from './token-store.js';

/** Keeps the token as long as the client lives. */
export class MemoryTokenStore implements TokenStore {
  #token: StoredToken | undefined;

  get(): StoredToken | undefined {
    return this.#token;
  }

  set(token: StoredToken): void {
    this.#token = token;
  }

  clear(): void {
    this.#token = undefined;
  }
}
