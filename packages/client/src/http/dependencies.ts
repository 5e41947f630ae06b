import type { TokenKeeper } from '../auth/token-keeper.js';
import type { Secrets } from '../redact.js';
import type { FetchLike } from '../types/fetch.js';
import type { ChatHooks } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';
import type { AnnouncedExtensions } from './announced.js';
import type { LiveScopes } from './live-scopes.js';
import type { RateGate } from './rate-gate.js';
import type { RetryPolicy } from './retry-policy.js';

/** What calls need of the client around them. */
export interface HttpDependencies {
  /** Up to and with `/api/v1`. */
  readonly apiUrl: string;
  readonly fetch: FetchLike | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  readonly validate: boolean;
  readonly hooks: ChatHooks;
  readonly logger: ChatLogger;
  readonly secrets: Secrets;
  readonly live: LiveScopes;
  readonly announced: AnnouncedExtensions;
  readonly gate: RateGate;
  readonly now: () => number;
  readonly random: () => number;
  /** A function, because the keeper of tokens logs in with calls of its own. */
  readonly tokens: () => TokenKeeper;
}
