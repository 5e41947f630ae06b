import {
  editBody,
  type Fault,
  onRoute,
  type ProxiedResponse,
  requestJson,
  responseJson,
  withoutHeader,
  withoutRequestHeader,
} from './fault.js';

interface Message {
  id?: string;
  status?: string;
  [name: string]: unknown;
}

const keyOf = (headers: { [name: string]: unknown }) => String(headers['idempotency-key'] ?? '');

function editMessages(path: string, change: (message: Message) => Message) {
  return onRoute(path, (response) =>
    editBody(response, (body) =>
      Array.isArray(body.messages) ? { ...body, messages: body.messages.map(change) } : body,
    ),
  );
}

function replyToPrevious(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return (messages as Message[]).map((message, at) =>
    message.replyTo === undefined ? message : { ...message, replyTo: messages[at - 1]?.id },
  );
}

export const extensionFaults: readonly Fault[] = [
  {
    ruleId: 'EXT-1',
    behaviour: 'announces its extensions on success only',
    hooks: () => ({
      response: (response) =>
        response.status === 200 ? withoutHeader(response, 'chat-extensions') : response,
    }),
  },
  {
    ruleId: 'IDENT-1',
    behaviour: 'omits sessionId',
    hooks: editMessages('/chat', ({ sessionId: _, ...message }) => message),
  },
  {
    ruleId: 'IDENT-2',
    behaviour: 'goes back from read to sent',
    hooks: editMessages('/chat', (message) => ({ ...message, status: 'read' })),
  },
  {
    ruleId: 'REPLY-1',
    behaviour: 'omits replyTo in the history',
    hooks: onRoute('/chat/history', (response) => ({
      ...response,
      body: response.body.replaceAll('"replyTo"', '"inReplyTo"'),
    })),
  },
  {
    ruleId: 'TRUNC-1',
    behaviour: 'marks each message as truncated',
    hooks: editMessages('/chat', (message) => ({ ...message, truncated: 'length' })),
  },
  {
    ruleId: 'IDEM-1',
    behaviour: 'ignores Idempotency-Key',
    hooks: () => ({ request: (request) => withoutRequestHeader(request, 'idempotency-key') }),
  },
  {
    ruleId: 'IDEM-2',
    behaviour: 'ignores a key while its request is in progress',
    hooks: () => {
      const inFlight = new Set<string>();
      return {
        request: (request) => {
          const key = keyOf(request.headers);
          if (inFlight.has(key)) return withoutRequestHeader(request, 'idempotency-key');
          if (key !== '') inFlight.add(key);
          return request;
        },
      };
    },
  },
  {
    ruleId: 'IDEM-3',
    behaviour: 'returns the first response for any message with the same key',
    hooks: () => {
      const responses = new Map<string, ProxiedResponse>();
      return {
        request: (request) => {
          const known = responses.get(keyOf(request.headers));
          return known === undefined ? request : { response: known };
        },
        response: (response, request) => {
          if (keyOf(request.headers) !== '') responses.set(keyOf(request.headers), response);
          return response;
        },
      };
    },
  },
  {
    ruleId: 'IDEM-4',
    behaviour: 'forgets the key when the assistant fails',
    hooks: () => {
      const failed = new Set<string>();
      return {
        request: (request) =>
          failed.has(keyOf(request.headers))
            ? withoutRequestHeader(request, 'idempotency-key')
            : request,
        response: (response, request) => {
          if (response.status >= 500) failed.add(keyOf(request.headers));
          return response;
        },
      };
    },
  },
  {
    ruleId: 'IDEM-4',
    behaviour: 'uses the message before a reply as its replyTo',
    hooks: onRoute('/chat', (response) =>
      editBody(response, (body) => ({ ...body, messages: replyToPrevious(body.messages) })),
    ),
  },
  {
    ruleId: 'MIN-1',
    behaviour: 'ignores Prefer',
    hooks: () => ({ request: (request) => withoutRequestHeader(request, 'prefer') }),
  },
  {
    ruleId: 'FILTER-1',
    behaviour: 'ignores order',
    hooks: () => ({
      request: (request) => ({ ...request, query: request.query.replace(/[?&]order=asc/, '') }),
    }),
  },
  {
    ruleId: 'FILTER-2',
    behaviour: 'ignores sessionId',
    hooks: () => ({
      request: (request) => ({ ...request, query: request.query.replace(/sessionId=[^&]*&?/, '') }),
    }),
  },
  {
    ruleId: 'SESS-1',
    behaviour: 'lists the oldest session first',
    hooks: onRoute('/chat/sessions', (response) =>
      editBody(response, (body) =>
        Array.isArray(body.sessions) ? { ...body, sessions: [...body.sessions].reverse() } : body,
      ),
    ),
  },
  {
    ruleId: 'FEED-1',
    behaviour: 'keeps the first rating',
    hooks: () => {
      const ratings = new Map<string, ProxiedResponse>();
      return {
        request: (request) => {
          const known = ratings.get(String(requestJson(request).messageId));
          return request.path.endsWith('/feedback') && known !== undefined
            ? { response: known }
            : request;
        },
        response: (response, request) => {
          const rated = responseJson(response).message as Message | undefined;
          if (request.path.endsWith('/feedback') && rated?.id !== undefined)
            ratings.set(rated.id, response);
          return response;
        },
      };
    },
  },
  {
    ruleId: 'FEED-2',
    behaviour: 'answers an unknown message with 400',
    hooks: onRoute('/chat/feedback', (response) =>
      response.status === 404 ? { ...response, status: 400 } : response,
    ),
  },
];
