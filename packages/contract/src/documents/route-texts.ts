import type { ErrorStatus } from '../errors.js';
import type { RouteName, routes } from '../routes.js';
import { answer, coreOnly, question } from './examples.js';
import type { RequestHeader, ResponseHeader } from './http-headers.js';
import type { ModelName } from './model-texts.js';

type QueryOf<Name extends RouteName> = (typeof routes)[Name] extends { query: infer Query }
  ? { readonly [Parameter in keyof Query]: ParameterText }
  : Record<never, never>;

interface ParameterText {
  readonly description: string;
  readonly example: string | number;
  /** Set on a parameter that only a backend with an extension knows. */
  readonly extension?: string;
}

export interface RouteText {
  readonly summary: string;
  readonly description: string;
  readonly request?: ModelName;
  readonly response: ModelName;
  /** Beside the ones that follow from the route itself. */
  readonly errors?: { readonly [Status in ErrorStatus]?: string };
  readonly requestHeaders?: readonly RequestHeader[];
  readonly responseHeaders?: readonly ResponseHeader[];
  readonly query?: { readonly [parameter: string]: ParameterText };
  /** Further answers worth seeing, beside the model's own example. */
  readonly examples?: {
    readonly [name: string]: { readonly summary: string; readonly value: unknown };
  };
}

const pageParameters = {
  page: { description: 'Which page, from 1.', example: 1 },
  pageSize: { description: 'How many items on a page.', example: 20 },
};

/** What the document says about each route; a route or a query parameter without words does not compile. */
export const routeTexts: { readonly [Name in RouteName]: RouteText & { query?: QueryOf<Name> } } = {
  login: {
    summary: 'Log in',
    description:
      'Exchanges a name and a password for a token. An unknown name and a wrong password are refused in the same words. Continues the current session, if there is one.',
    request: 'LoginRequest',
    response: 'LoginResponse',
    errors: { 401: 'The name or the password is wrong.' },
  },
  logout: {
    summary: 'Log out',
    description:
      'Makes the token worthless at once, closes the WebSockets that were opened with it and ends the current session.',
    response: 'LogoutResponse',
  },
  sendMessage: {
    summary: 'Send a message',
    description:
      "Stores the user's message, asks the assistant and stores its reply. Messages that one user sends at the same time are answered one after the other.",
    request: 'SendMessageRequest',
    response: 'SendMessageResponse',
    requestHeaders: ['IdempotencyKey', 'Prefer'],
    responseHeaders: ['IdempotencyReplayed', 'PreferenceApplied'],
    examples: {
      core: {
        summary: 'From a backend that knows only the core',
        value: { response: answer.content, messages: [coreOnly(question), coreOnly(answer)] },
      },
    },
  },
  history: {
    summary: 'Read the history',
    description:
      'All messages of the user over all sessions, page by page. A page past the end is empty and has the right total.',
    response: 'HistoryResponse',
    errors: { 404: 'There is no session with this `sessionId`.' },
    query: {
      ...pageParameters,
      order: {
        description: '`asc` gives the oldest first.',
        example: 'desc',
        extension: 'history-filters',
      },
      sessionId: {
        description: 'Only the messages of this session.',
        example: question.sessionId ?? '',
        extension: 'history-filters',
      },
    },
    examples: {
      core: {
        summary: 'From a backend that knows only the core',
        value: {
          messages: [coreOnly(answer), coreOnly(question)],
          pagination: { total: 2, page: 1, pageSize: 20 },
        },
      },
      pastTheEnd: {
        summary: 'A page past the end',
        value: { messages: [], pagination: { total: 2, page: 9, pageSize: 20 } },
      },
    },
  },
  sessions: {
    summary: 'List the sessions',
    description: "The user's sessions, newest first, page by page.",
    response: 'SessionsResponse',
    errors: { 404: 'This backend does not have the `sessions` extension.' },
    query: pageParameters,
  },
  feedback: {
    summary: 'Rate a reply',
    description:
      "Says whether one of the assistant's replies was of use. A second rating replaces the first.",
    request: 'FeedbackRequest',
    response: 'FeedbackResponse',
    errors: {
      404: 'The caller has no message with this id, or this backend does not have the `feedback` extension.',
    },
  },
  chatStats: {
    summary: 'Figures about chats',
    description: 'How many chats the caller had, and how the assistant did. A chat is a session.',
    response: 'ChatStats',
  },
  messageStats: {
    summary: 'Figures about messages',
    description: 'How many messages the caller and the assistant exchanged.',
    response: 'MessageStats',
  },
};
