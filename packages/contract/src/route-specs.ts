import * as z from 'zod/mini';
import type { RequestHeader, ResponseHeader } from './documents/http-headers.js';
import type { ErrorStatus } from './errors.js';
import { coreOnly, question, reply, sessionId } from './examples.js';
import { protocolDefaults } from './limits.js';
import { describe, extension, string } from './meta.js';
import {
  ChatSessionSchema,
  ChatStatsSchema,
  exampleSession,
  MessageSchema,
  MessageStatsSchema,
  PaginationSchema,
} from './models.js';
import type { QueryParameters } from './query.js';
import type { Route, RouteName } from './routes.js';

/** One route: what the server validates and what the OpenAPI document shows. */
export interface RouteSpec extends Route {
  /** The rate limit that counts the request. */
  readonly rateLimit?: 'login' | 'chat';
  readonly query?: QueryParameters;
  readonly body?: z.ZodMiniObject;
  /** The body of a successful response. */
  readonly response: z.ZodMiniObject;
  readonly summary: string;
  readonly description: string;
  /** Whether the response can be streamed: with `Accept: text/event-stream` as server-sent events. */
  readonly streamed?: boolean;
  /** Descriptions that replace the general ones of these statuses. */
  readonly errors?: { readonly [Status in ErrorStatus]?: string };
  readonly requestHeaders?: readonly RequestHeader[];
  readonly responseHeaders?: readonly ResponseHeader[];
  /** Examples of the response in addition to that of its schema. */
  readonly examples?: {
    readonly [name: string]: { readonly summary: string; readonly value: unknown };
  };
}

const thisPage = describe(PaginationSchema, { description: 'The position of this page.' });

const LoginRequestSchema = describe(
  z.object({
    username: string('The name of the user.'),
    password: string('The password.', { format: 'password' }),
  }),
  {
    description: 'A name and its password.',
    examples: [{ username: 'ada', password: 'correct horse battery staple' }],
  },
);

const LoginResponseSchema = describe(
  z.object({
    access_token: string('A JWT. Valid for one hour unless the server is configured differently.'),
    token_type: string('Always `bearer`.'),
  }),
  {
    description: 'A token for all other requests.',
    examples: [{ access_token: 'eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl', token_type: 'bearer' }],
  },
);

const LogoutResponseSchema = describe(
  z.object({ message: string('Always `Successfully logged out`.') }),
  {
    description: 'The token is no longer valid.',
    examples: [{ message: 'Successfully logged out' }],
  },
);

const SendMessageRequestSchema = describe(
  z.object({
    message: string(
      `1 to ${protocolDefaults.contentMaxLength} Unicode code points after trimming, well-formed and without NUL.`,
      // No maxLength: the limit counts the trimmed text, which JSON Schema cannot express.
      { minLength: 1, pattern: '\\S' },
    ),
  }),
  { description: "The user's message.", examples: [{ message: question.content }] },
);

const SendMessageResponseSchema = describe(
  z.object({
    response: string("The assistant's reply."),
    messages: describe(z.array(MessageSchema), {
      description:
        'The whole current session, oldest first. With `Prefer: return=minimal` only the two new messages.',
    }),
  }),
  {
    description: 'The reply and its session.',
    examples: [{ response: reply.content, messages: [question, reply] }],
  },
);

const StopRequestSchema = describe(
  z.object({
    messageId: extension(
      'stop',
      string(
        'The `id` of the question, or of the reply in progress. Without it, any reply of the user is stopped.',
      ),
    ),
  }),
  {
    description: 'The reply to stop. The body may be missing.',
    examples: [{ messageId: question.id }],
  },
);

const StopResponseSchema = describe(
  z.object({
    stopped: describe(z.boolean(), {
      description:
        'Whether a reply was stopped. `false` when none was in progress, or when it was complete first.',
    }),
  }),
  { description: 'The result of the request.', examples: [{ stopped: true }] },
);

const RegenerateRequestSchema = describe(
  z.object({ messageId: string('The `id` of a question, or of one of its replies.') }),
  { description: 'The question to reply to once more.', examples: [{ messageId: question.id }] },
);

const NewSessionResponseSchema = describe(
  z.object({ session: describe(ChatSessionSchema, { description: 'The new session.' }) }),
  {
    description: 'The new session. It has no messages.',
    examples: [
      {
        session: {
          ...exampleSession,
          startTime: question.timestamp,
          lastMessageTime: question.timestamp,
          messageCount: 0,
        },
      },
    ],
  },
);

const HistoryResponseSchema = describe(
  z.object({
    messages: describe(z.array(MessageSchema), {
      description: 'Newest first, unless the request has `order=asc`.',
    }),
    pagination: thisPage,
  }),
  {
    description: "One page of the user's messages from all sessions.",
    examples: [{ messages: [reply, question], pagination: { total: 2, page: 1, pageSize: 20 } }],
  },
);

const SessionsResponseSchema = describe(
  z.object({
    sessions: describe(z.array(ChatSessionSchema), { description: 'Newest first.' }),
    pagination: thisPage,
  }),
  {
    description: "One page of the user's sessions.",
    examples: [{ sessions: [exampleSession], pagination: { total: 1, page: 1, pageSize: 20 } }],
  },
);

const FeedbackRequestSchema = describe(
  z.object({
    messageId: string('The `id` of the reply.'),
    satisfied: describe(z.boolean(), { description: 'Whether the reply was useful.' }),
  }),
  {
    description: "A rating of one of the assistant's replies.",
    examples: [{ messageId: reply.id, satisfied: true }],
  },
);

const FeedbackResponseSchema = describe(
  z.object({ message: describe(MessageSchema, { description: 'The rated message.' }) }),
  { description: 'The rated reply.', examples: [{ message: reply }] },
);

const pageQuery = {
  page: {
    kind: 'integer',
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    default: protocolDefaults.page,
    description: 'The number of the page, from 1.',
    example: 1,
  },
  pageSize: {
    kind: 'integer',
    minimum: 1,
    maximum: protocolDefaults.pageSizeMax,
    default: protocolDefaults.pageSize,
    description: 'Number of items on a page.',
    example: 20,
  },
} as const satisfies QueryParameters;

const coreExample = 'From a backend without extensions';

/**
 * All routes, one entry each. Server, mock and OpenAPI document read it. Clients read `routes.gen.ts` and
 * `response-validators.gen.ts`, which `npm run docs:specs` makes from it: they contain no zod.
 */
export const routeSpecs = {
  login: {
    method: 'POST',
    path: '/login',
    layer: 'core',
    auth: false,
    rateLimit: 'login',
    body: LoginRequestSchema,
    response: LoginResponseSchema,
    summary: 'Log in',
    description:
      'Exchanges a name and a password for a token. An unknown name and a wrong password get the same error. Continues the current session, if there is one.',
    errors: { 401: 'The name or the password is wrong.' },
  },
  logout: {
    method: 'POST',
    path: '/logout',
    layer: 'core',
    auth: true,
    response: LogoutResponseSchema,
    summary: 'Log out',
    description:
      'Revokes the token immediately, closes the WebSockets that were opened with it and ends the current session.',
  },
  sendMessage: {
    method: 'POST',
    path: '/chat',
    layer: 'core',
    auth: true,
    rateLimit: 'chat',
    body: SendMessageRequestSchema,
    response: SendMessageResponseSchema,
    summary: 'Send a message',
    description:
      "Stores the user's message, calls the assistant and stores its reply. Concurrent messages of one user are processed one after the other.",
    requestHeaders: ['IdempotencyKey', 'Prefer', 'Accept'],
    responseHeaders: ['IdempotencyReplayed', 'PreferenceApplied'],
    streamed: true,
    examples: {
      core: {
        summary: coreExample,
        value: { response: reply.content, messages: [coreOnly(question), coreOnly(reply)] },
      },
    },
  },
  history: {
    method: 'GET',
    path: '/chat/history',
    layer: 'core',
    auth: true,
    query: {
      ...pageQuery,
      order: {
        kind: 'choice',
        values: ['desc', 'asc'],
        default: 'desc',
        description: '`asc` returns the oldest messages first.',
        example: 'desc',
        extension: 'history-filters',
      },
      sessionId: {
        kind: 'text',
        description: 'Only the messages of this session.',
        example: sessionId,
        extension: 'history-filters',
      },
    },
    response: HistoryResponseSchema,
    summary: 'Read the history',
    description:
      'All messages of the user from all sessions, page by page. A page past the end is empty and has the correct total.',
    errors: { 404: 'There is no session with this `sessionId`.' },
    examples: {
      core: {
        summary: coreExample,
        value: {
          messages: [coreOnly(reply), coreOnly(question)],
          pagination: { total: 2, page: 1, pageSize: 20 },
        },
      },
      pastTheEnd: {
        summary: 'A page past the end',
        value: { messages: [], pagination: { total: 2, page: 9, pageSize: 20 } },
      },
    },
  },
  stop: {
    method: 'POST',
    path: '/chat/stop',
    layer: 'extension',
    auth: true,
    body: StopRequestSchema,
    response: StopResponseSchema,
    summary: 'Stop the reply in progress',
    description:
      'The text so far is stored as the reply, with `stopped: true`. Without text, the question stays without a reply, and its request responds with an empty `response`. Stopping a finished reply has no effect.',
    errors: { 404: 'This backend does not have the `stop` extension.' },
  },
  regenerate: {
    method: 'POST',
    path: '/chat/regenerate',
    layer: 'extension',
    auth: true,
    rateLimit: 'chat',
    body: RegenerateRequestSchema,
    response: SendMessageResponseSchema,
    summary: 'Request another reply',
    description:
      'Stores one more reply to a question, with the same `replyTo`. The earlier reply stays in the history. Responds like `POST /chat`.',
    errors: {
      404: 'The user has no message with this id, or this backend does not have the `regenerate` extension.',
    },
    requestHeaders: ['IdempotencyKey', 'Prefer', 'Accept'],
    responseHeaders: ['IdempotencyReplayed', 'PreferenceApplied'],
    streamed: true,
  },
  newSession: {
    method: 'POST',
    path: '/chat/sessions',
    layer: 'extension',
    auth: true,
    response: NewSessionResponseSchema,
    summary: 'Start a new session',
    description:
      'Ends the current session and creates the session of the next message. Waits for a reply in progress. A session without messages is returned again instead of creating another.',
    errors: { 404: 'This backend does not have the `new-session` extension.' },
  },
  sessions: {
    method: 'GET',
    path: '/chat/sessions',
    layer: 'extension',
    auth: true,
    query: pageQuery,
    response: SessionsResponseSchema,
    summary: 'List the sessions',
    description: "The user's sessions, newest first, page by page.",
    errors: { 404: 'This backend does not have the `sessions` extension.' },
  },
  feedback: {
    method: 'POST',
    path: '/chat/feedback',
    layer: 'extension',
    auth: true,
    body: FeedbackRequestSchema,
    response: FeedbackResponseSchema,
    summary: 'Rate a reply',
    description:
      "Records whether one of the assistant's replies was useful. A second rating replaces the first.",
    errors: {
      404: 'The user has no message with this id, or this backend does not have the `feedback` extension.',
    },
  },
  chatStats: {
    method: 'GET',
    path: '/stats/chat',
    layer: 'core',
    auth: true,
    response: ChatStatsSchema,
    summary: 'Chat statistics',
    description:
      "Number of the user's chats, response time and ratings of the assistant. A chat is a session.",
  },
  messageStats: {
    method: 'GET',
    path: '/stats/messages',
    layer: 'core',
    auth: true,
    response: MessageStatsSchema,
    summary: 'Message statistics',
    description: 'Number of messages that the user and the assistant exchanged.',
  },
} as const satisfies Record<string, RouteSpec>;

/** The body of a successful response. */
export type RouteResponse<Name extends RouteName> = z.infer<(typeof routeSpecs)[Name]['response']>;

export interface PageQuery {
  page: number;
  pageSize: number;
}

export interface HistoryQuery extends PageQuery {
  order: 'asc' | 'desc';
  sessionId?: string;
}
