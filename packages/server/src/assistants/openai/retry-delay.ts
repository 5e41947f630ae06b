import type { IncomingHttpHeaders } from 'node:http';

/** A longer delay is not waited for: the caller would have timed out before. */
const maxDelayMs = 20_000;
const firstDelayMs = 500;
const maxBackoffMs = 8_000;

/** The delay before the next attempt, in milliseconds; `undefined` when there should be none. */
export function retryDelayMs(
  attempt: number,
  headers: IncomingHttpHeaders | undefined,
  now: number,
  random = Math.random,
): number | undefined {
  const requested = headers === undefined ? undefined : requestedDelayMs(headers, now);
  if (requested !== undefined) return requested <= maxDelayMs ? requested : undefined;
  const limit = Math.min(maxBackoffMs, firstDelayMs * 2 ** attempt);
  // Half of it is random, so that instances which failed together do not retry together.
  return Math.round(limit / 2 + (limit / 2) * random());
}

/** The delay that the endpoint requests: OpenAI's own header in milliseconds, else seconds or a date. */
function requestedDelayMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  const exact = String(headers['retry-after-ms'] ?? '').trim();
  if (/^\d{1,12}(?:\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const text = headers['retry-after']?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,12}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  // `Date.parse` accepts much more than the date of a header.
  const date = /^[a-z]{3}, /i.test(text) ? Date.parse(text) : Number.NaN;
  // Relative to the clock of the endpoint, if it is known.
  const from = Date.parse(headers.date ?? '') || now;
  return Number.isNaN(date) ? undefined : Math.max(0, date - from);
}
