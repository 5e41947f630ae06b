import { later } from './later.js';

/** Heartbeats may be late by this factor before the line counts as dead: networks and tabs stutter. */
const PATIENCE = 3;
/** Without heartbeats a quiet line is a good line; only a machine that slept loses its lines unheard. */
const NAP_CHECK_MS = 30_000;
const NAP_MS = 120_000;

export interface LineWatch {
  /** A frame came: the line lives. */
  heard(): void;
  stop(): void;
}

/**
 * Tells when an open line must be taken for dead: when the heartbeats that the server promised stay
 * out, or when the clock jumped, because the machine slept and its lines did not outlive that.
 */
export function watchLine(
  heartbeatMs: number | undefined,
  now: () => number,
  dead: () => void,
): LineWatch {
  const limitMs = heartbeatMs === undefined ? NAP_MS : heartbeatMs * PATIENCE;
  let last = now();
  const check = () => {
    const silentMs = now() - last;
    if (silentMs >= limitMs) return dead();
    if (heartbeatMs === undefined) last = now();
    start(limitMs - silentMs);
  };
  const start = (ms: number) => {
    timer = later(check, Math.min(ms, heartbeatMs === undefined ? NAP_CHECK_MS : limitMs));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  start(limitMs);
  return {
    heard: () => {
      last = now();
    },
    stop: () => clearTimeout(timer),
  };
}
