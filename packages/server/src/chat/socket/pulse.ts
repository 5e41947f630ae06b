import type { ChatLimits } from '../api.js';
import type { Clock } from '../ports.js';

/** What becomes due in the life of an open socket. */
export interface PulseOwner {
  /** Nothing was sent for `heartbeatMs`. */
  beat(): void;
  /** `pingMs` went by; true when a pong is to be expected. */
  ping(): boolean;
  /** No pong came in answer to the last ping. */
  silent(): void;
  expired(): void;
}

/** All that comes with time for one socket, on a single timer: idle sockets are many and should cost little. */
export class Pulse {
  readonly #clock: Clock;
  readonly #limits: Pick<ChatLimits, 'heartbeatMs' | 'pingMs'>;
  readonly #owner: PulseOwner;
  readonly #expiresAt: number;
  #sentAt: number;
  #pingAt: number;
  #pinged = 0;
  /** The newest ping that there was time to answer. */
  #awaited = 0;
  #answered = 0;
  #stopped = false;
  #cancel: () => void;

  /** @param expiresAt when the socket's token does, in milliseconds since the epoch */
  constructor(
    clock: Clock,
    limits: Pick<ChatLimits, 'heartbeatMs' | 'pingMs'>,
    owner: PulseOwner,
    expiresAt: number,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#owner = owner;
    this.#expiresAt = expiresAt;
    this.#sentAt = clock.now();
    this.#pingAt = this.#sentAt + limits.pingMs;
    this.#cancel = this.#wait();
  }

  /** A frame went out: the next heartbeat counts from now. */
  sent(): void {
    this.#sentAt = this.#clock.now();
  }

  ponged(): void {
    this.#answered = this.#pinged;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #wait(): () => void {
    const due = Math.min(this.#expiresAt, this.#pingAt, this.#sentAt + this.#limits.heartbeatMs);
    return this.#clock.after(Math.max(0, due - this.#clock.now()), () => {
      this.#fall(this.#clock.now());
      if (!this.#stopped) this.#cancel = this.#wait();
    });
  }

  #fall(now: number): void {
    if (now >= this.#expiresAt) {
      this.#owner.expired();
      return;
    }
    if (now >= this.#pingAt) this.#ping(now);
    if (!this.#stopped && now - this.#sentAt >= this.#limits.heartbeatMs) this.#owner.beat();
  }

  #ping(now: number): void {
    if (this.#awaited > this.#answered) {
      this.#owner.silent();
      return;
    }
    this.#pingAt = now + this.#limits.pingMs;
    this.#pinged += 1;
    const ping = this.#pinged;
    if (!this.#owner.ping()) return;
    // A clock that is moved by hand lets several pings fall due at once: no peer can answer in no time.
    queueMicrotask(() => {
      this.#awaited = ping;
    });
  }
}
