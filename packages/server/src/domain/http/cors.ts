import { headers, serverHeaders } from '@chat/contract';

/** How long a browser may store the result of a preflight request. */
export const preflightMaxAgeSeconds = 600;

/** The request headers that pages of allowed origins may send. */
export const allowedHeaders = [
  'Authorization',
  'Content-Type',
  headers.idempotencyKey,
  headers.prefer,
  headers.requestId,
  // W3C Trace Context: traced pages send these headers with every request.
  'traceparent',
  'tracestate',
];

/** The response headers that pages of allowed origins may read. */
export const exposedHeaders = [
  // With it the client can compute a `Retry-After` date although its own clock is wrong.
  'Date',
  headers.extensions,
  serverHeaders.idempotencyReplayed,
  serverHeaders.preferenceApplied,
  headers.requestId,
  headers.retryAfter,
];
