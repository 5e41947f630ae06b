import type { ChatLimits } from '../api.js';
import type { Clock } from '../ports/index.js';

type KeepAliveLimits = Pick<ChatLimits, 'heartbeatMs' | 'pingMs'>;

interface KeepAliveCallbacks {
  /** No frame was sent for `heartbeatMs`. */
  sendHeartbeat(): void;
  /** Called every `pingMs`. Returns whether a pong is expected. */
  sendPing(): boolean;
  /** The last ping was not answered. */
  onPingTimeout(): void;
  onTokenExpired(): void;
}

/** All timeouts of an open socket, with a single timer: most sockets are idle and should cost little. */
export class KeepAliveTimer {
  readonly #clock: Clock;
  readonly #limits: KeepAliveLimits;
  readonly #callbacks: KeepAliveCallbacks;
  readonly #expiresAt: number;
  #sentAt: number;
  #pingAt: number;
  #lastPing = 0;
  /** The newest ping that the peer had time to answer. */
  #awaitedPing = 0;
  #lastPong = 0;
  #stopped = false;
  #cancel: () => void;

  /** @param expiresAt expiry of the socket's token, in milliseconds since the epoch */
  constructor(
    clock: Clock,
    limits: KeepAliveLimits,
    expiresAt: number,
    callbacks: KeepAliveCallbacks,
  ) {
    this.#clock = clock;
    this.#limits = limits;
    this.#callbacks = callbacks;
    this.#expiresAt = expiresAt;
    this.#sentAt = clock.now();
    this.#pingAt = this.#sentAt + limits.pingMs;
    this.#cancel = this.#schedule();
  }

  /** Restarts the heartbeat interval. */
  frameSent(): void {
    this.#sentAt = this.#clock.now();
  }

  pongReceived(): void {
    this.#lastPong = this.#lastPing;
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #schedule(): () => void {
    const dueAt = Math.min(this.#expiresAt, this.#pingAt, this.#sentAt + this.#limits.heartbeatMs);
    return this.#clock.after(Math.max(0, dueAt - this.#clock.now()), () => {
      this.#onDue(this.#clock.now());
      if (!this.#stopped) this.#cancel = this.#schedule();
    });
  }

  #onDue(now: number): void {
    if (now >= this.#expiresAt) {
      this.#callbacks.onTokenExpired();
      return;
    }
    if (now >= this.#pingAt) this.#ping(now);
    if (!this.#stopped && now - this.#sentAt >= this.#limits.heartbeatMs) {
      this.#callbacks.sendHeartbeat();
    }
  }

  #ping(now: number): void {
    if (this.#awaitedPing > this.#lastPong) {
      this.#callbacks.onPingTimeout();
      return;
    }
    this.#pingAt = now + this.#limits.pingMs;
    this.#lastPing += 1;
    const ping = this.#lastPing;
    if (!this.#callbacks.sendPing()) return;
    // When a manual clock advances over several pings at once, the peer has no time to answer them.
    queueMicrotask(() => {
      this.#awaitedPing = ping;
    });
  }
}
