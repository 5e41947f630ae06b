// RFC 9110 section 5.6.7: the form to send, and the two obsolete ones that must still be understood.
const httpDate =
  /^[A-Z][a-z]+, ([ \d]\d)[ -]([A-Z][a-z]{2})[ -](\d\d|\d{4}) (\d\d:\d\d):([0-5]\d|60) GMT$/;
const asctime = /^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) ([ \d]\d) ([\d:]+) (\d{4})$/;

/**
 * How long a `Retry-After` asks to wait, in milliseconds: whole or fractional seconds, or an HTTP
 * date. `undefined` for anything else. Not `Date.parse` alone, which takes `-5` and `2` for dates.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : Math.max(0, parseHttpDate(text, now) - now);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

/** `NaN` when it is none. */
function parseHttpDate(text: string, now: number): number {
  const [, day, month, year, minute, second] =
    httpDate.exec(text.replace(asctime, '$1, $3 $2 $5 $4 GMT')) ?? [];
  if (year === undefined) return Number.NaN;
  // The seconds apart: `Date.parse` knows no leap second.
  const date = Date.parse(`${day} ${month} ${fullYear(year, now)} ${minute}:00 GMT`);
  return date + Number(second) * 1000;
}

/** RFC 9110: two digits that seem more than 50 years ahead are the latest such year in the past. */
function fullYear(digits: string, now: number): number {
  if (digits.length > 2) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
