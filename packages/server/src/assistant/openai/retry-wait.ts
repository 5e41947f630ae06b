/** A longer one is not waited out: whoever asked has given up before. */
const longestWaitMs = 20_000;
const firstWaitMs = 500;
const longestBackoffMs = 8_000;

/** How long to wait before the next try, in milliseconds; `undefined` when trying again is no use. */
export function retryWait(
  attempt: number,
  headers: Headers | undefined,
  now: number,
  random = Math.random,
): number | undefined {
  const asked = headers === undefined ? undefined : askedWait(headers, now);
  if (asked !== undefined) return asked <= longestWaitMs ? asked : undefined;
  const most = Math.min(longestBackoffMs, firstWaitMs * 2 ** attempt);
  // Half of it for sure, half by chance: instances that failed together do not come back together.
  return Math.round(most / 2 + (most / 2) * random());
}

/** What the endpoint asks for: OpenAI's own header in milliseconds, or seconds, or a date. */
function askedWait(headers: Headers, now: number): number | undefined {
  const exact = headers.get('retry-after-ms')?.trim();
  if (exact !== undefined && /^\d{1,12}(?:\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
