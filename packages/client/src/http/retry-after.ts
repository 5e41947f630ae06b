const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';

// RFC 9110 section 5.6.7: the form to send and the two obsolete ones that must still be understood.
const imfFixdate = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const rfc850 = /^[A-Z][a-z]+day, (\d{2})-([A-Z][a-z]{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2}) GMT$/;
const asctime = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}):(\d{2}):(\d{2}) (\d{4})$/;

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
  const modern = imfFixdate.exec(text);
  if (modern) {
    const [, day, month, year, hour, minute, second] = modern;
    return utc(Number(year), month, day, hour, minute, second);
  }
  const old = rfc850.exec(text);
  if (old) {
    const [, day, month, year, hour, minute, second] = old;
    return utc(fullYear(Number(year), now), month, day, hour, minute, second);
  }
  const oldest = asctime.exec(text);
  if (oldest) {
    const [, month, day, hour, minute, second, year] = oldest;
    return utc(Number(year), month, day, hour, minute, second);
  }
  return undefined;
}

/** RFC 9110: two digits that seem more than 50 years ahead are the latest such year in the past. */
function fullYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}

function utc(year: number, month = '', ...numbers: (string | undefined)[]): number | undefined {
  const index = months.indexOf(month);
  const [day = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number);
  const sound = index % 3 === 0 && day > 0 && day < 32 && hour < 24 && minute < 60 && second < 61;
  return sound ? Date.UTC(year, index / 3, day, hour, minute, second) : undefined;
}
