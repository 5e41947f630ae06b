const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

// RFC 9110 section 5.6.7: the form to send, and the two obsolete ones that must still be understood.
const httpDate = /^[A-Z][a-z]+, ([ \d]\d)[ -]([A-Z][a-z]{2})[ -](\d\d|\d{4}) (\d\d:\d\d:\d\d) GMT$/;
const asctime = /^([A-Z][a-z]{2}) ([A-Z][a-z]{2}) ([ \d]\d) ([\d:]+) (\d{4})$/;

/**
 * How long a `Retry-After` asks to wait, in milliseconds: whole or fractional seconds, or an HTTP
 * date. `undefined` for anything else. Not `Date.parse`, which takes `-5` and `2` for dates.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) {
    const ms = Math.ceil(Number(text) * 1000);
    return Number.isSafeInteger(ms) ? ms : undefined;
  }
  const date = parseHttpDate(text, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}

function parseHttpDate(text: string, now: number): number | undefined {
  const [, day, month = '', year = '', time = ''] =
    httpDate.exec(text.replace(asctime, '$1, $3 $2 $5 $4 GMT')) ?? [];
  const place = months.indexOf(month);
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  const date = Number(day);
  // Not `Date.parse`: it knows no leap second. What is no date at all has no day.
  const sound = place % 3 === 0 && date > 0 && date < 32 && hour < 24 && minute < 60 && second < 61;
  if (!sound) return undefined;
  return Date.UTC(fullYear(year, now), place / 3, date, hour, minute, second);
}

/** RFC 9110: two digits that seem more than 50 years ahead are the latest such year in the past. */
function fullYear(digits: string, now: number): number {
  if (digits.length > 2) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + Number(digits);
  return year > thisYear + 50 ? year - 100 : year;
}
