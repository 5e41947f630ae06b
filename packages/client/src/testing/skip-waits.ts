import { onTestFinished, vi } from 'vitest';
import type { ChatHooks, RetryState } from '../types/hooks.js';

/**
 * Puts a fake clock under the client and returns hooks that move it past each wait as soon as it
 * begins. Sockets stay real: only the timers of the client's own code are faked.
 */
export function skipWaits(): { hooks: ChatHooks; retries: RetryState[] } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const retries: RetryState[] = [];
  const onRetry = (state: RetryState) => {
    retries.push(state);
    setImmediate(() => vi.advanceTimersByTime(Math.ceil(state.delayMs)));
  };
  return { hooks: { onRetry }, retries };
}

/** Lets everything that needs no timer happen: promises, and what came over a socket. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
