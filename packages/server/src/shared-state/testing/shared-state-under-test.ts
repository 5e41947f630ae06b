import type {
  Clock,
  FanOut,
  RateLimiter,
  SocketLeases,
  TurnQueue,
} from '../../domain/ports/index.js';

/** The shared state as one instance uses it. */
export interface InstanceSharedState {
  readonly limiter: RateLimiter;
  readonly leases: SocketLeases;
  readonly turns: TurnQueue;
  readonly fanOut: FanOut;
}

/** One implementation, for the suite. */
export interface SharedStateUnderTest {
  readonly name: string;
  /** The instances of a new deployment; `maxQueuedTurns` is the limit of each of them. */
  open(options: {
    readonly clock: Clock;
    readonly maxQueuedTurns: number;
  }): Promise<InstanceSharedState[]>;
}
