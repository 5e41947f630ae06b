import { presentTime } from './present.js';

/** The day (`YYYY-MM-DD`) in which a time falls. */
export type DayOf = (time: number) => string;

/**
 * @param timeZone IANA name
 * @throws RangeError when no such zone is known.
 */
export function daysIn(timeZone: string): DayOf {
  // By far the commonest zone, and a hundred times cheaper than a formatter.
  if (timeZone === 'UTC') return (time) => presentTime(time).slice(0, 10);
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (time) => format.format(time);
}
