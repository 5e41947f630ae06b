import type { DomainContext } from '../context.js';
import type { UserSockets } from './user-sockets.js';

/** Time between two runs while events are missing or may be missing. */
const urgentIntervalMs = 1_000;
/** Time between two runs otherwise: another instance may have failed to publish, and a changed password publishes nothing. */
const idleIntervalMs = 15_000;
/** Number of users that are checked at the same time. Few, because the store has other work. */
const concurrency = 4;
/** Yield to the event loop after this many users. SQLite answers synchronously and would block other work. */
const yieldEvery = 100;
/** What one run finds missing is delivered by the next one. */
const urgentRunsAfterMiss = 2;

export interface StoreReconciler {
  /** Starts the runs; does nothing when they are started. */
  start(): void;
  /** Events may be missing: the next runs start soon. */
  expedite(): void;
  stop(): void;
}

/**
 * Regularly reads from the store what the fan-out may have lost: revoked tokens, and, with several instances, messages
 * for the users with sockets on this instance.
 */
export function createStoreReconciler(
  context: DomainContext,
  users: ReadonlyMap<string, UserSockets>,
): StoreReconciler {
  const { clock, logger } = context;
  const { remote } = context.fanOut;
  // A single instance loses no events.
  const tickMs = remote === undefined ? idleIntervalMs : urgentIntervalMs;
  let urgentRuns = 0;
  let sinceLastRunMs = 0;
  let failing = false;
  /** The current series of runs; earlier ones have ended. */
  let current: { cancel(): void } | undefined;

  const runOnce = async (run: object): Promise<void> => {
    const all = users.values();
    let checked = 0;
    const checkUsers = async (): Promise<void> => {
      for (const sockets of all) {
        await sockets.checkTokens();
        if (remote !== undefined && (await sockets.catchUp())) urgentRuns = urgentRunsAfterMiss;
        if (run !== current) return;
        checked += 1;
        if (checked % yieldEvery === 0) await new Promise<void>((resume) => clock.after(0, resume));
      }
    };
    try {
      await Promise.all(Array.from({ length: concurrency }, checkUsers));
      failing = false;
    } catch (err) {
      urgentRuns = urgentRunsAfterMiss;
      if (!failing) logger.warn({ err }, 'Sockets could not be compared with the store.');
      failing = true;
    }
  };

  const tick = async (run: { cancel(): void }): Promise<void> => {
    sinceLastRunMs += tickMs;
    if (remote?.isConnected() === false) urgentRuns = urgentRunsAfterMiss;
    if (urgentRuns > 0 || sinceLastRunMs >= idleIntervalMs) {
      sinceLastRunMs = 0;
      urgentRuns = Math.max(0, urgentRuns - 1);
      await runOnce(run);
    }
    if (run === current) run.cancel = clock.after(tickMs, () => void tick(run));
  };

  return {
    start() {
      if (current !== undefined) return;
      const run = { cancel: clock.after(tickMs, () => void tick(run)) };
      current = run;
    },
    expedite() {
      urgentRuns = urgentRunsAfterMiss;
    },
    stop() {
      current?.cancel();
      current = undefined;
    },
  };
}
