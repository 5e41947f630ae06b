import { headers as headerNames } from '@chat/contract';
import type { ChatApiError } from '../errors/chat-api-error.js';
import { createApiError } from '../errors/create-api-error.js';
import type { FetchResponse } from '../types/fetch.js';
import type { Answer } from './exchange.js';
import { parseRetryAfter } from './retry-after.js';

const longestDetail = 1_000;

/** The error for an answer that is not a success, with all secrets taken out of what it says. */
export function refusal(
  { status, headers, text, requestId, detour }: Answer,
  call: string,
  attempts: number,
  now: number,
  redact: (text: string) => string,
): ChatApiError {
  return createApiError({
    call: call + detour,
    status,
    detail: redact(detailOf(text) ?? 'the backend gave no reason.').slice(0, longestDetail),
    requestId,
    headers: headerRecord(headers, redact),
    attempts,
    retryAfterMs: parseRetryAfter(headers.get(headerNames.retryAfter), now),
  });
}

/** Cookies are secrets. */
export function headerRecord(headers: FetchResponse['headers'], redact: (text: string) => string) {
  const record: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (!name.startsWith('set-cookie')) record[name] = redact(value);
  });
  return record;
}

/** Only a `detail`: pages of HTML from a proxy help nobody. */
function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' && detail !== '' ? detail : undefined;
  } catch {
    // Not JSON, or `null`: no detail.
    return undefined;
  }
}
