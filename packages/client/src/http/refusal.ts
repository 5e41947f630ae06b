import { headers as headerNames } from '@chat/contract';
import type { RefusedAnswer } from '../errors/chat-api-error.js';
import { createApiError } from '../errors/create-api-error.js';
import type { FetchResponse } from '../types/fetch.js';
import type { Answer } from './exchange.js';
import { parseRetryAfter } from './retry-after.js';

const longestDetail = 1_000;

export interface RefusalContext {
  /** Method and path, such as `POST /chat`. */
  readonly call: string;
  readonly attempts: number;
  readonly now: () => number;
  readonly redact: (text: string) => string;
}

/** The error for an answer that is not a success, with all secrets taken out of what it says. */
export function refusal(answer: Answer, context: RefusalContext) {
  const { call, attempts, now, redact } = context;
  const detail = redact(detailOf(answer.text) ?? 'the backend gave no reason.');
  const requestId = answer.headers.get(headerNames.requestId);
  const retryAfterMs = parseRetryAfter(answer.headers.get(headerNames.retryAfter), now());
  const refused: RefusedAnswer = {
    call,
    status: answer.status,
    detail: detail.slice(0, longestDetail),
    requestId: requestId === null ? undefined : redact(requestId),
    headers: headerRecord(answer.headers, redact),
    attempts,
    retryAfterMs,
  };
  return createApiError(refused);
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
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'detail' in body) {
      if (typeof body.detail === 'string' && body.detail !== '') return body.detail;
    }
  } catch {
    // Not JSON: no detail.
  }
  return undefined;
}
