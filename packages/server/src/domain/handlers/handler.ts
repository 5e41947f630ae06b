import {
  describeFirstIssue,
  parseQuery,
  type QueryParameters,
  type RouteName,
  type RouteResponse,
  validateContent,
} from '@chat/contract';
import type { ChatRequest } from '../api.js';
import type { Identity } from '../auth/authentication.js';
import type { DomainContext } from '../context.js';
import { HttpError } from '../errors.js';

/** The body, a body that is already serialized, completely or in parts, or server-sent events. */
export type Outcome<Body> = (
  | { readonly body: Body }
  | { readonly json: string | AsyncIterable<string> }
  | { readonly events: AsyncIterable<string> }
) & {
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * The handler of a route. The first call validates the request and throws a 400 before the rate limit counts it; the
 * returned function does the work. Routes without authentication ignore `caller`.
 */
export type Handler<Name extends RouteName> = (
  context: DomainContext,
  request: ChatRequest,
) => (caller: Identity) => Promise<Outcome<RouteResponse<Name>>>;

interface BodySchema<Body> {
  safeParse(
    input: unknown,
  ):
    | { success: true; data: Body }
    | { success: false; error: { issues: Parameters<typeof describeFirstIssue>[0] } };
}

const idMaxLength = 255;

/** Every store can look up only valid text of this length; a message or session with another id cannot exist. */
export function isPossibleId(id: string): boolean {
  return validateContent(id, idMaxLength) === undefined;
}

export function unknownMessage(): HttpError {
  return new HttpError(404, 'You have no message with this messageId.');
}

/** @throws {@link HttpError} 400 */
export function parseBody<Body>(schema: BodySchema<Body>, body: unknown): Body {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new HttpError(400, describeFirstIssue(result.error.issues, body, 'The request body'));
}

/** @throws {@link HttpError} 400 */
export function parseQueryString<Query>(parameters: QueryParameters, request: ChatRequest): Query {
  const parsed = parseQuery<Query>(parameters, request.query);
  if (parsed.ok) return parsed.query;
  throw new HttpError(400, parsed.detail);
}
