import type { Clock, SharedState } from '../../domain/ports/index.js';

/** One implementation, for the suite. */
export interface SharedStateUnderTest {
  readonly name: string;
  /** The instances of a new deployment; `maxQueuedTurns` is the limit of each of them. */
  open(options: {
    readonly clock: Clock;
    readonly maxQueuedTurns: number;
  }): Promise<Omit<SharedState, 'isUp'>[]>;
}
