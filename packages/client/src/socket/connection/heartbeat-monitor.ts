import { TimeoutError } from '../../errors/call-errors.js';
import type { Connection } from './connection.js';

/** The connection counts as dead after this many missed heartbeats; networks and background tabs are irregular. */
const MISSED_HEARTBEATS = 3;
/** Without heartbeats, silence is normal; only a machine that slept loses connections without an event. */
const SLEEP_CHECK_MS = 40_000;

/**
 * Fails an open connection that is probably dead: when the heartbeats of the server are missing, or when the clock
 * jumped because the machine slept. Returns a function to call at each received frame.
 */
export function monitorLiveness(connection: Connection, heartbeatMs = 0, now: () => number) {
  const hasHeartbeat = heartbeatMs > 0;
  const intervalMs = hasHeartbeat ? heartbeatMs : SLEEP_CHECK_MS;
  const limitMs = intervalMs * MISSED_HEARTBEATS;
  let lastSeenAt = now();
  const markAlive = () => {
    lastSeenAt = now();
  };
  const check = () => {
    // If the clock was set back, the silence must not count as shorter.
    lastSeenAt = Math.min(lastSeenAt, now());
    const remainingMs = lastSeenAt + limitMs - now();
    if (remainingMs <= 0)
      return connection.fail(new TimeoutError('The next frame of the server', limitMs));
    if (!hasHeartbeat) markAlive();
    connection.setTimer(Math.min(intervalMs, remainingMs), check);
  };
  connection.setTimer(intervalMs, check);
  return markAlive;
}
