import {
  describeIssue,
  headers as headerNames,
  type RouteName,
  responseValidators,
} from '@chat/contract';
import { type ChatApiError, createApiError, noDetail } from '../errors/api-errors.js';
import { ResponseValidationError } from '../errors/call-errors.js';
import { redactHeaders } from './request-headers.js';
import { parseHttpDate, parseRetryAfter } from './retry-policy.js';
import type { HttpResponse } from './types.js';

const maxDetailLength = 1_000;

/** The body of a success, validated against the contract unless the application disabled that. */
export function parseResponse(
  { text, requestId, call }: HttpResponse,
  name: RouteName,
  validate: boolean,
): unknown {
  const validationError = (path: string, issue: string, truncated?: boolean) =>
    new ResponseValidationError(call, path, issue, requestId, truncated);
  if (text === undefined) throw validationError('', 'It exceeds "maxResponseBytes".');
  // The request had its effect, and the message is only a courtesy: backends also respond with 204.
  if (!text && name === 'logout') return { message: '' };
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // The page of a proxy does not begin like this.
    throw validationError('', 'The response must be JSON.', text.startsWith('{'));
  }
  const issue = validate && responseValidators[name](body);
  if (issue) throw validationError(issue[0], describeIssue('The response', ...issue));
  return body;
}

/** The error of an error response, redacted. */
export function toApiError(
  { status, headers, text, requestId, refusal, call }: HttpResponse,
  attempts: number,
  now: number,
  redact: (text: string) => string,
): ChatApiError {
  return createApiError({
    call,
    status,
    detail: redact(refusal ?? parseDetail(text) ?? noDetail).slice(0, maxDetailLength),
    requestId,
    headers: redactHeaders(headers, redact),
    attempts,
    // A date is relative to the backend's clock, if its `Date` is visible.
    retryAfterMs: parseRetryAfter(
      headers.get(headerNames.retryAfter),
      parseHttpDate(headers.get('date') ?? '', now) || now,
    ),
  });
}

/** Only the `detail` of a JSON body: the HTML page of a proxy does not help in an error message. */
function parseDetail(text = ''): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return detail && typeof detail === 'string' ? detail : undefined;
  } catch {
    // Not JSON, or `null`.
    return undefined;
  }
}
