const dayFormat = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
});
const timeFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
});
const oneDay = 86_400_000;

export function timeOf(timestamp: string | number): string {
  return timeFormat.format(new Date(timestamp));
}

export function dayOf(timestamp: string): string {
  if (sameDay(timestamp, Date.now())) return 'Today';
  if (sameDay(timestamp, Date.now() - oneDay)) return 'Yesterday';
  return dayFormat.format(new Date(timestamp));
}

export function sameDay(a: string | number, b: string | number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** A duration, for example "2.5 s". */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}
