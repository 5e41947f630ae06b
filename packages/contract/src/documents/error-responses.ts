import { type ErrorStatus, errorStatuses } from '../errors.js';
import type { RouteSpec } from '../route-specs.js';
import { headerReferences, type ResponseHeader } from './http-headers.js';

interface ErrorSpec {
  /** The name of the shared response component. */
  readonly component: string;
  readonly example: string;
  readonly header?: ResponseHeader;
}

const sharedErrors = {
  400: { component: 'BadRequest', example: 'Field "message" is missing: it must be a string.' },
  401: {
    component: 'Unauthorized',
    example: 'The token is invalid or has expired.',
    header: 'WwwAuthenticate',
  },
  403: { component: 'Forbidden', example: 'You may not do this.' },
  408: { component: 'RequestTimeout', example: 'The request was not received in time.' },
  413: { component: 'BodyTooLarge', example: 'The body is too large.' },
  415: { component: 'UnsupportedMediaType', example: 'The body must be application/json.' },
  429: {
    component: 'TooManyRequests',
    example: 'Too many requests. Try again in 12 seconds.',
    header: 'RetryAfter',
  },
  431: { component: 'HeadersTooLarge', example: 'The request headers are too large.' },
  500: { component: 'InternalServerError', example: 'The server failed.' },
  503: {
    component: 'Unavailable',
    example: 'The server is stopping. Try again soon.',
    header: 'RetryAfter',
  },
} as const satisfies { readonly [Status in ErrorStatus]?: ErrorSpec };
type SharedStatus = keyof typeof sharedErrors;

const errors: { readonly [Status in ErrorStatus]: Omit<ErrorSpec, 'component'> } = {
  ...sharedErrors,
  // Not shared: each route describes its own 404.
  404: { example: 'There is no route for GET at this path.' },
};

/** `components.responses`. */
export function errorComponents(): object {
  return Object.fromEntries(
    statusesOf(sharedErrors).map((status) => [
      sharedErrors[status].component,
      errorResponse(status, `${errorStatuses[status]}.`),
    ]),
  );
}

/** The shared error responses as a Markdown table. */
export function errorTable(): string {
  const rows = statusesOf(sharedErrors).map((status) => {
    const { header }: ErrorSpec = sharedErrors[status];
    const name = header === undefined ? '' : `\`${Object.keys(headerReferences([header]))[0]}\``;
    return `| ${status} | ${errorStatuses[status]} | ${name} |`;
  });
  return ['| Status | Reason | Header |', '|---|---|---|', ...rows].join('\n');
}

/** The error responses of a route: shared ones, and those that the route describes itself. */
export function errorResponses(spec: RouteSpec): { [status: string]: object } {
  const shared: SharedStatus[] = [403, 408, 431, 500, 503];
  if (spec.auth) shared.push(401);
  if (spec.query !== undefined || spec.method === 'POST') shared.push(400);
  if (spec.method === 'POST') shared.push(413, 415);
  if (spec.rateLimit !== undefined) shared.push(429);
  const responses: { [status: string]: object } = {};
  for (const status of shared) {
    responses[status] = { $ref: `#/components/responses/${sharedErrors[status].component}` };
  }
  for (const [status, description] of Object.entries(spec.errors ?? {})) {
    responses[status] = errorResponse(Number(status) as ErrorStatus, description);
  }
  return responses;
}

function errorResponse(status: ErrorStatus, description: string): object {
  const { header, example } = errors[status];
  return {
    description,
    headers: headerReferences([
      'RequestId',
      'Extensions',
      ...(header === undefined ? [] : [header]),
    ]),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/ErrorBody' },
        example: { detail: example },
      },
    },
  };
}

function statusesOf<Status extends number>(
  table: { readonly [status in Status]: unknown },
): Status[] {
  return Object.keys(table).map(Number) as Status[];
}
