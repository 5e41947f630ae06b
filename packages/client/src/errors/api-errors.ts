import { ChatError, type ChatErrorCode, setErrorNames } from './chat-error.js';

/** The `detail` of an error response that has none. */
export const noDetail = 'the backend gave no reason.';

/**
 * The parts of an error response that a {@link ChatApiError} is made from.
 *
 * @example
 * ```ts
 * import { type ApiErrorInit, RateLimitError } from '@chat/client';
 *
 * // In your own test: how does the page look after a rate limit?
 * const init: ApiErrorInit = {
 *   call: 'POST /chat',
 *   status: 429,
 *   detail: 'Too many messages.',
 *   headers: { 'retry-after': '30' },
 *   attempts: 1,
 *   retryAfterMs: 30_000,
 * };
 * const error = new RateLimitError(init);
 * ```
 */
export interface ApiErrorInit {
  /** Method and path, such as `POST /chat`. */
  readonly call: string;
  /** The HTTP status. */
  readonly status: number;
  /** The `detail` of the response body. */
  readonly detail: string;
  /** `X-Request-Id` of the response. */
  readonly requestId?: string | undefined;
  /** The response headers by lower-case name, without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many requests were sent for the call. */
  readonly attempts: number;
  /** The value of `Retry-After`, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The backend responded with an error status.
 *
 * @example
 * ```ts
 * import { ChatApiError } from '@chat/client';
 *
 * if (error instanceof ChatApiError) console.log(error.status, error.detail, error.requestId);
 * ```
 */
export class ChatApiError extends ChatError {
  /** The HTTP status. */
  readonly status: number;
  /** The `detail` of the response body. */
  readonly detail: string;
  /** `X-Request-Id` of the response; use it to find the request in the backend's log. */
  readonly requestId: string | undefined;
  /** The response headers by lower-case name, without cookies. */
  declare readonly headers: Readonly<Record<string, string>>;
  /** How many requests were sent for the call; 0 when an earlier rate limit prevented the first one. */
  readonly attempts: number;

  constructor(init: ApiErrorInit, code: ChatErrorCode = 'api_error') {
    super(code, `${init.call} failed with status ${init.status}: ${init.detail}`);
    this.status = init.status;
    this.detail = init.detail;
    this.requestId = init.requestId;
    // Not enumerable: twenty headers in the printed error would hide its message.
    Object.defineProperty(this, 'headers', { value: init.headers });
    this.attempts = init.attempts;
  }
}

/**
 * Status 400: the request is invalid; `detail` explains why.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'bad_request')) console.log(error.detail);
 * ```
 */
export class BadRequestError extends ChatApiError {
  declare readonly code: 'bad_request';

  constructor(init: ApiErrorInit) {
    super(init, 'bad_request');
  }
}

/**
 * Status 401: the credentials are wrong, or the backend rejected a refreshed token too.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'authentication_failed')) console.log('Wrong username or password.');
 * ```
 */
export class AuthenticationError extends ChatApiError {
  declare readonly code: 'authentication_failed';

  constructor(init: ApiErrorInit) {
    super(init, 'authentication_failed');
  }
}

/**
 * Status 403: the user may not do this.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'permission_denied')) console.log(error.detail);
 * ```
 */
export class PermissionDeniedError extends ChatApiError {
  declare readonly code: 'permission_denied';

  constructor(init: ApiErrorInit) {
    super(init, 'permission_denied');
  }
}

/**
 * Status 404: it does not exist, or it belongs to another user.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'not_found')) console.log('There is no such message.');
 * ```
 */
export class NotFoundError extends ChatApiError {
  declare readonly code: 'not_found';

  constructor(init: ApiErrorInit) {
    super(init, 'not_found');
  }
}

/**
 * Status 429: the rate limit is exceeded, and `retry.maxWaitMs` or `retry.limit` does not allow another attempt.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'rate_limited')) console.log(`Try again in ${error.retryAfterMs} ms.`);
 * ```
 */
export class RateLimitError extends ChatApiError {
  declare readonly code: 'rate_limited';
  /** How long to wait before the next attempt, in milliseconds; 0 without a `Retry-After`. */
  readonly retryAfterMs: number;

  constructor(init: ApiErrorInit) {
    super(init, 'rate_limited');
    this.retryAfterMs = init.retryAfterMs ?? 0;
  }
}

/**
 * Status 5xx: the backend failed, is overloaded or is shutting down.
 *
 * @example
 * ```ts
 * import { isChatError } from '@chat/client';
 *
 * if (isChatError(error, 'server_error')) console.log(`Report this request id: ${error.requestId}`);
 * ```
 */
export class ServerError extends ChatApiError {
  declare readonly code: 'server_error';
  /** How long to wait before the next attempt, in milliseconds; undefined without a `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(init: ApiErrorInit) {
    super(init, 'server_error');
    this.retryAfterMs = init.retryAfterMs;
  }
}

setErrorNames({
  ChatApiError,
  BadRequestError,
  AuthenticationError,
  PermissionDeniedError,
  NotFoundError,
  RateLimitError,
  ServerError,
});

const classes: { readonly [status: number]: new (init: ApiErrorInit) => ChatApiError } = {
  400: BadRequestError,
  401: AuthenticationError,
  403: PermissionDeniedError,
  404: NotFoundError,
  429: RateLimitError,
};

/** The error of the class that belongs to the status. */
export function createApiError(init: ApiErrorInit): ChatApiError {
  const { status } = init;
  const Class = classes[status] ?? (status >= 500 ? ServerError : ChatApiError);
  return new Class(init);
}
