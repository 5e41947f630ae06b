import { useEffect } from 'react';
import { seconds } from '../chat/dates.js';
import type { EventLog } from './event-log.js';

/** Adds an entry to the event log when a rate limit begins. */
export function useRateLimitEvent(eventLog: EventLog, rateLimitedUntil: number | undefined) {
  const isRateLimited = rateLimitedUntil !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each rejected message changes rateLimitedUntil; log the limit once.
  useEffect(() => {
    if (rateLimitedUntil === undefined) return;
    eventLog.add(
      `Rate limit reached; sending is paused for ${seconds(rateLimitedUntil - Date.now())}`,
      'bad',
    );
  }, [isRateLimited, eventLog]);
}
