import { AbortError } from '../errors/abort-error.js';
import { ClientClosedError } from '../errors/client-closed-error.js';
import type { AbortSignalLike } from '../types/abort-signal.js';
import { CallScope } from './call-scope.js';

/** What is under way in a client: it ends together when the client is closed, and nothing begins after that. */
export class LiveScopes {
  closed = false;
  readonly #scopes = new Set<CallScope>();

  /** Does `work` within a scope of its own. One listener on the caller's signal, gone when the work is done. */
  async around<T>(
    name: string,
    signal: AbortSignalLike | undefined,
    work: (scope: CallScope) => Promise<T>,
  ): Promise<T> {
    if (this.closed) throw new ClientClosedError();
    const scope = new CallScope(name);
    const onAbort = () => scope.end(new AbortError(name, { cause: signal?.reason }));
    this.#scopes.add(scope);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) onAbort();
    try {
      return await work(scope);
    } finally {
      this.#scopes.delete(scope);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  close(): void {
    this.closed = true;
    for (const scope of this.#scopes) scope.end(new ClientClosedError());
  }
}
