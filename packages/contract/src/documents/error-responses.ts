import { type ErrorStatus, errorStatuses } from '../errors.js';
import type { RequestRules } from '../requests.js';
import type { Route } from '../routes.js';
import { headerReferences, type ResponseHeader } from './http-headers.js';

// A 404 is missing here: what was not found is said by each route in words of its own.
const names = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  408: 'RequestTimeout',
  413: 'BodyTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  431: 'HeadersTooLarge',
  500: 'InternalServerError',
  503: 'Unavailable',
} as const satisfies { readonly [Status in ErrorStatus]?: string };
type SharedStatus = keyof typeof names;

const examples: { readonly [Status in ErrorStatus]: string } = {
  400: 'Field "message" is missing: it must be a string.',
  401: 'The token is not valid or has expired.',
  403: 'You may not do this.',
  404: 'There is nothing at this address.',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than this server takes.',
  415: 'The body must be application/json.',
  429: 'Too many requests. Try again in 12 seconds.',
  431: "The request's head is too large.",
  500: 'Something went wrong on our side.',
  503: 'The server is stopping. Try again shortly.',
};

const ownHeaders: { readonly [Status in ErrorStatus]?: ResponseHeader } = {
  401: 'WwwAuthenticate',
  429: 'RetryAfter',
  503: 'RetryAfter',
};

/** The error statuses that a route may answer, as far as its row in the table tells. */
export function errorStatusesOf(route: Route, rules: RequestRules): SharedStatus[] {
  const statuses: SharedStatus[] = [403, 408, 431, 500, 503];
  if (route.auth) statuses.push(401);
  if (rules.body !== undefined || rules.query !== undefined) statuses.push(400);
  if (route.method === 'POST') statuses.push(400, 413, 415);
  if (rules.allowance !== undefined) statuses.push(429);
  return statuses;
}

/** `components.responses`. */
export function errorComponents(): object {
  return Object.fromEntries(
    statusesOf(names).map((status) => [
      names[status],
      errorResponse(status, `${errorStatuses[status]}.`),
    ]),
  );
}

/** The `responses` of one operation that are errors: shared ones, and those in words of its own. */
export function errorResponses(
  shared: readonly SharedStatus[],
  own: { readonly [Status in ErrorStatus]?: string } = {},
): { [status: string]: object } {
  const responses: { [status: string]: object } = {};
  for (const status of shared) {
    responses[status] = { $ref: `#/components/responses/${names[status]}` };
  }
  for (const status of statusesOf(own)) {
    responses[status] = errorResponse(status, own[status] ?? '');
  }
  return responses;
}

function errorResponse(status: ErrorStatus, description: string): object {
  const own = ownHeaders[status];
  return {
    description,
    headers: headerReferences(['RequestId', 'Extensions', ...(own === undefined ? [] : [own])]),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/ErrorBody' },
        example: { detail: examples[status] },
      },
    },
  };
}

function statusesOf<Status extends number>(
  table: {
    readonly [status in Status]?: string;
  },
): Status[] {
  return Object.keys(table).map(Number) as Status[];
}
