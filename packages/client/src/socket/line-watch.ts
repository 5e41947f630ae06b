import { TimeoutError } from '../errors/timeout-error.js';
import type { Line } from './line.js';

/** So many beats may stay out before the line counts as dead: networks and tabs stutter. */
const PATIENCE = 3;
/** Without heartbeats a quiet line is a good line; only a machine that slept loses its lines unheard. */
const NAP_CHECK_MS = 40_000;

/**
 * Cuts an open line that must be taken for dead: when the heartbeats that the server promised stay out,
 * or when the clock jumped, because the machine slept and its lines did not outlive that. To be called
 * at each frame is what it returns.
 */
export function watchLine(line: Line, heartbeatMs = 0, now: () => number) {
  const isPromised = heartbeatMs > 0;
  const beatMs = isPromised ? heartbeatMs : NAP_CHECK_MS;
  const limitMs = beatMs * PATIENCE;
  let heardAt = now();
  const heard = () => {
    heardAt = now();
  };
  const check = () => {
    // A clock that was set back must not make a silence shorter.
    heardAt = Math.min(heardAt, now());
    const leftMs = heardAt + limitMs - now();
    if (leftMs <= 0) return line.cut(new TimeoutError('Hearing from the server', limitMs));
    if (!isPromised) heard();
    line.after(Math.min(beatMs, leftMs), check);
  };
  line.after(beatMs, check);
  return heard;
}
