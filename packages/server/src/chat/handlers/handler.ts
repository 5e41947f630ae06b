import {
  explainIssues,
  parseQuery,
  type QueryParameters,
  type RouteName,
  type RouteResponse,
} from '@chat/contract';
import type { ChatRequest } from '../api.js';
import type { Identity } from '../authentication.js';
import type { Conversation } from '../conversation.js';
import type { ChatCore } from '../core.js';
import type { PageCache } from '../page-cache.js';
import { Problem } from '../problem.js';
import type { UnderWay } from '../under-way.js';

/** The body, or the text of one that was written before. */
type Outcome<Body> = ({ readonly body: Body } | { readonly json: string }) & {
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A route in two steps: reading the request, which throws a 400 and spends nothing, and then the work.
 * `caller` is whom the token speaks for; a route that asks for no token ignores it.
 */
export type Handler<Name extends RouteName> = (
  house: House,
  request: ChatRequest,
) => (caller: Identity) => Promise<Outcome<RouteResponse<Name>>>;

/** What the handlers work with. */
export interface House extends ChatCore {
  readonly conversation: Conversation;
  readonly pages: PageCache;
  /** A hash of no password, so that an unknown name takes as long to refuse as a known one. */
  readonly dummyHash: Promise<string>;
  /** Those that a stopping server waits for. */
  readonly calls: UnderWay;
  /** Whether nothing new is begun any more. */
  stopping(): boolean;
}

interface BodySchema<Body> {
  safeParse(
    input: unknown,
  ):
    | { success: true; data: Body }
    | { success: false; error: { issues: Parameters<typeof explainIssues>[0] } };
}

/** @throws {@link Problem} 400 */
export function readBody<Body>(schema: BodySchema<Body>, body: unknown): Body {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new Problem(400, explainIssues(result.error.issues, body, 'The request body'));
}

/** @throws {@link Problem} 400 */
export function readQuery<Query>(parameters: QueryParameters, request: ChatRequest): Query {
  const parsed = parseQuery<Query>(parameters, request.query);
  if (parsed.ok) return parsed.query;
  throw new Problem(400, parsed.detail);
}
