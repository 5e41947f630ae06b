import type { ChatCore } from '../core.js';
import type { UserSockets } from './user-sockets.js';

/** The pause between two rounds while events are known to be missing, or may be. */
const soonMs = 1_000;
/** The pause while all seems well: another instance may have failed to tell, and a new password tells nobody. */
const laterMs = 15_000;
/** Users that are looked up at the same time; the store has others to serve. */
const atOnce = 4;
/** So many users, and others have their turn: an engine in this process answers without a pause of its own. */
const atAStretch = 100;
/** What is found missing in one round is shown by the next. */
const roundsOfDoubt = 2;

export interface CatchUpRounds {
  /** There is somebody to go round for; without effect while it is done. */
  begin(): void;
  /** Something may be missing: the next rounds come soon. */
  hurry(): void;
  stop(): void;
}

/**
 * Asks the store, again and again, what the users with sockets here were not told: tokens that are over,
 * and messages where others store them too.
 */
export function createCatchUpRounds(
  core: ChatCore,
  users: ReadonlyMap<string, UserSockets>,
): CatchUpRounds {
  const { clock, logger } = core;
  const { remote } = core.fanOut;
  // Alone, nothing can be in doubt.
  const stepMs = remote === undefined ? laterMs : soonMs;
  let doubts = 0;
  let pausedMs = 0;
  let failing = false;
  /** The rounds that are being gone; others' are over. */
  let current: { cancel(): void } | undefined;

  const goRound = async (own: object): Promise<void> => {
    const all = users.values();
    let seen = 0;
    const walk = async (): Promise<void> => {
      for (const sockets of all) {
        await sockets.checkTokens();
        if (remote !== undefined && (await sockets.catchUp())) doubts = roundsOfDoubt;
        if (own !== current) return;
        seen += 1;
        if (seen % atAStretch === 0) await new Promise<void>((go) => clock.after(0, go));
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, walk));
      failing = false;
    } catch (err) {
      doubts = roundsOfDoubt;
      if (!failing)
        logger.warn({ err }, 'The store could not be asked what sockets were not told.');
      failing = true;
    }
  };

  const tick = async (own: { cancel(): void }): Promise<void> => {
    pausedMs += stepMs;
    if (remote?.isConnected() === false) doubts = roundsOfDoubt;
    if (doubts > 0 || pausedMs >= laterMs) {
      pausedMs = 0;
      doubts = Math.max(0, doubts - 1);
      await goRound(own);
    }
    if (own === current) own.cancel = clock.after(stepMs, () => void tick(own));
  };

  return {
    begin() {
      if (current !== undefined) return;
      const own = { cancel: clock.after(stepMs, () => void tick(own)) };
      current = own;
    },
    hurry() {
      doubts = roundsOfDoubt;
    },
    stop() {
      current?.cancel();
      current = undefined;
    },
  };
}
