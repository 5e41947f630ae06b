import type { FanOut } from './fan-out.js';
import type { RateLimiter } from './rate-limiter.js';
import type { SocketLeases } from './socket-leases.js';
import type { TurnQueue } from './turn-queue.js';

/**
 * The volatile state that instances share. Each part defaults to one in this process.
 *
 * @example
 * ```ts
 * import { createChatServer, type SharedState } from '@chat/server';
 *
 * // Only the rate limits are shared; the rest stays in this process.
 * const part: Partial<SharedState> = { limiter: shared.limiter, isUp: shared.isUp };
 * const app = await createChatServer({ store, shared: part });
 * ```
 */
export interface SharedState {
  /** Rate limits of logins and messages. */
  readonly limiter: RateLimiter;
  /** Limit of open sockets. */
  readonly leases: SocketLeases;
  /** Processes the messages of a user one after the other. */
  readonly turns: TurnQueue;
  /** Delivers frames and token revocations to the other instances. */
  readonly fanOut: FanOut;
  /** Whether the state is shared now. While it is not, the limits apply to each instance separately. */
  isUp(): boolean;
}
