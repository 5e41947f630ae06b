import type { Clock, FanOut, Limiter, SocketLeases, TurnQueue } from '../../chat/ports.js';

/** What one instance sees of what is shared. */
export interface SharedStateOfInstance {
  readonly limiter: Limiter;
  readonly leases: SocketLeases;
  readonly turns: TurnQueue;
  readonly fanOut: FanOut;
}

/** One way to share, put to the suite. */
export interface SharedStateSubject {
  readonly name: string;
  /** The instances of a population that is new; `turnsWaiting` holds for each of them. */
  open(options: {
    readonly clock: Clock;
    readonly turnsWaiting: number;
  }): Promise<SharedStateOfInstance[]>;
}
