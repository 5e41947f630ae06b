import type { ChatCore } from '../core.js';
import type { RemoteFanOut } from '../ports.js';
import type { UserSockets } from './user-sockets.js';

/** The pause between two rounds while events are known to be missing, or may be. */
const soonMs = 1_000;
/** The pause while all seems well: an instance may have failed to tell what it stored. */
const laterMs = 15_000;
/** Users that are looked up at the same time; the store has others to serve. */
const atOnce = 4;
/** What is found missing in one round is shown by the next. */
const roundsOfDoubt = 2;

export interface CatchUpRounds {
  /** Something may be missing: the next rounds come soon. */
  hurry(): void;
  stop(): void;
}

/** Asks the store, again and again, what the users with sockets here were not told. */
export function createCatchUpRounds(
  core: ChatCore,
  remote: RemoteFanOut,
  users: ReadonlyMap<string, UserSockets>,
): CatchUpRounds {
  const { clock, logger } = core;
  let doubts = 0;
  let pausedMs = 0;
  let stopped = false;
  let failing = false;

  const goRound = async (): Promise<void> => {
    const all = users.values();
    const walk = async (): Promise<void> => {
      for (const sockets of all) {
        if (await sockets.catchUp()) doubts = roundsOfDoubt;
        if (stopped) return;
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, walk));
      failing = false;
    } catch (err) {
      doubts = roundsOfDoubt;
      if (!failing) logger.warn({ err }, 'The store could not be asked for missed messages.');
      failing = true;
    }
  };

  const tick = async (): Promise<void> => {
    pausedMs += soonMs;
    if (!remote.isConnected()) doubts = roundsOfDoubt;
    if (doubts > 0 || pausedMs >= laterMs) {
      pausedMs = 0;
      doubts = Math.max(0, doubts - 1);
      await goRound();
    }
    if (!stopped) cancel = clock.after(soonMs, () => void tick());
  };
  let cancel = clock.after(soonMs, () => void tick());

  return {
    hurry() {
      doubts = roundsOfDoubt;
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
