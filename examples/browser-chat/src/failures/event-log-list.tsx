import { useSyncExternalStore } from 'react';
import { timeOf } from '../chat/dates.js';
import type { EventLog } from './event-log.js';

/** The events of the client, newest first. */
export function EventLogList({ eventLog }: { eventLog: EventLog }) {
  const entries = useSyncExternalStore(eventLog.subscribe, eventLog.entries);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need to focus the list to scroll it.
    <ul className="event-log" aria-label="Event log" tabIndex={0}>
      {entries.map(({ key, at, text, kind }) => (
        <li key={key} data-kind={kind}>
          <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time> {text}
        </li>
      ))}
    </ul>
  );
}
