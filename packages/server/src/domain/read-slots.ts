import type { ChatLimits, ChatRequest } from './api.js';
import { tooManyRequests, unavailable } from './errors.js';

type ReadLimits = Pick<ChatLimits, 'readsPerUser' | 'maxQueuedReads'>;

interface UserReads {
  active: number;
  readonly waiting: Set<() => void>;
}

/**
 * Limits how many responses are created or sent at the same time for one user: each needs memory until the client has read
 * it. Further requests wait, up to a limit.
 */
export class ReadSlots {
  readonly #limits: ReadLimits;
  readonly #rejection: string;
  readonly #users = new Map<string, UserReads>();

  /** @param rejection the text of the 429 when too many requests wait */
  constructor(
    limits: ReadLimits,
    rejection = 'Too many requests at the same time; wait and try again.',
  ) {
    this.#limits = limits;
    this.#rejection = rejection;
  }

  /**
   * Runs `work` in a slot, which is free again when the response is sent or the client disconnected.
   * @throws {@link HttpError} 429 when too many requests wait
   */
  async run<T>(
    userId: string,
    request: ChatRequest,
    work: () => Promise<T>,
    maxQueued = this.#limits.maxQueuedReads,
  ): Promise<T> {
    const release = await this.acquire(userId, request, maxQueued);
    try {
      return await work();
    } finally {
      if (request.onSent === undefined) release();
    }
  }

  /**
   * Resolves with a function that frees the slot, if it is not free yet because the client disconnected.
   * @throws {@link HttpError} 429 when too many requests wait
   */
  acquire(
    userId: string,
    request: ChatRequest,
    maxQueued = this.#limits.maxQueuedReads,
  ): Promise<() => void> {
    const user = this.#users.get(userId) ?? { active: 0, waiting: new Set() };
    const isFull = user.active >= this.#limits.readsPerUser;
    if (isFull && user.waiting.size >= maxQueued) {
      throw tooManyRequests(this.#rejection, 1000);
    }
    this.#users.set(userId, user);
    return new Promise((resolve, reject) => {
      let state: 'waiting' | 'active' | 'released' = 'waiting';
      const start = (): void => {
        state = 'active';
        resolve(release);
      };
      const release = (): void => {
        if (state === 'active') this.#startNext(userId, user);
        if (state === 'waiting') {
          user.waiting.delete(start);
          reject(unavailable('The client disconnected.'));
        }
        state = 'released';
      };
      if (isFull) user.waiting.add(start);
      else {
        user.active += 1;
        start();
      }
      request.onSent?.(release);
    });
  }

  /** The slot passes to the next waiting request. */
  #startNext(userId: string, user: UserReads): void {
    const [next] = user.waiting;
    if (next !== undefined) {
      user.waiting.delete(next);
      next();
      return;
    }
    user.active -= 1;
    if (user.active === 0) this.#users.delete(userId);
  }
}
