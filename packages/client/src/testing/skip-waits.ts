import { onTestFinished, vi } from 'vitest';
import type { ChatHooks, RetryHookContext } from '../types/hooks.js';

/**
 * Installs fake timers and returns hooks that advance them past each wait of the client. TCP connections stay real:
 * only `setTimeout` and `Date` are faked.
 */
export function skipWaits(): { hooks: ChatHooks; retries: RetryHookContext[] } {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const retries: RetryHookContext[] = [];
  const onRetry = (context: RetryHookContext) => {
    retries.push(context);
    setImmediate(() => vi.advanceTimersByTime(Math.ceil(context.delayMs)));
  };
  return { hooks: { onRetry }, retries };
}

/** Runs pending promises and I/O events, without timers. */
export async function flushEvents(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}
