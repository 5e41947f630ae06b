import {
  callJson,
  edit,
  type Fault,
  type FaultyAnswer,
  json,
  onRoute,
  withoutCallHeader,
  withoutHeader,
} from './fault.js';

interface Message {
  id?: string;
  status?: string;
  [name: string]: unknown;
}

const keyOf = (headers: { [name: string]: unknown }) => String(headers['idempotency-key'] ?? '');

function editMessages(path: string, change: (message: Message) => Message) {
  return onRoute(path, (answer) =>
    edit(answer, (body) =>
      Array.isArray(body.messages) ? { ...body, messages: body.messages.map(change) } : body,
    ),
  );
}

function answeringTheLast(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return (messages as Message[]).map((message, at) =>
    message.replyTo === undefined ? message : { ...message, replyTo: messages[at - 1]?.id },
  );
}

export const extensionFaults: readonly Fault[] = [
  {
    rule: 'EXT-1',
    does: 'announces its extensions on success only',
    hooks: () => ({
      answer: (answer) =>
        answer.status === 200 ? withoutHeader(answer, 'chat-extensions') : answer,
    }),
  },
  {
    rule: 'IDENT-1',
    does: 'leaves sessionId out',
    hooks: editMessages('/chat', ({ sessionId: _, ...message }) => message),
  },
  {
    rule: 'IDENT-2',
    does: 'goes back from read to sent',
    hooks: editMessages('/chat', (message) => ({ ...message, status: 'read' })),
  },
  {
    rule: 'REPLY-1',
    does: 'takes the message before a reply for its question',
    hooks: onRoute('/chat', (answer) =>
      edit(answer, (body) => ({ ...body, messages: answeringTheLast(body.messages) })),
    ),
  },
  {
    rule: 'IDEM-1',
    does: 'does not know Idempotency-Key',
    hooks: () => ({ call: (call) => withoutCallHeader(call, 'idempotency-key') }),
  },
  {
    rule: 'IDEM-2',
    does: 'forgets a key while its call is under way',
    hooks: () => {
      const underWay = new Set<string>();
      return {
        call: (call) => {
          const key = keyOf(call.headers);
          if (underWay.has(key)) return withoutCallHeader(call, 'idempotency-key');
          if (key !== '') underWay.add(key);
          return call;
        },
      };
    },
  },
  {
    rule: 'IDEM-3',
    does: 'gives the first answer to any message with the same key',
    hooks: () => {
      const answers = new Map<string, FaultyAnswer>();
      return {
        call: (call) => {
          const known = answers.get(keyOf(call.headers));
          return known === undefined ? call : { answer: known };
        },
        answer: (answer, call) => {
          if (keyOf(call.headers) !== '') answers.set(keyOf(call.headers), answer);
          return answer;
        },
      };
    },
  },
  {
    rule: 'IDEM-4',
    does: 'forgets the key when the assistant fails',
    hooks: () => {
      const failed = new Set<string>();
      return {
        call: (call) =>
          failed.has(keyOf(call.headers)) ? withoutCallHeader(call, 'idempotency-key') : call,
        answer: (answer, call) => {
          if (answer.status >= 500) failed.add(keyOf(call.headers));
          return answer;
        },
      };
    },
  },
  {
    rule: 'MIN-1',
    does: 'does not know Prefer',
    hooks: () => ({ call: (call) => withoutCallHeader(call, 'prefer') }),
  },
  {
    rule: 'FILTER-1',
    does: 'ignores order',
    hooks: () => ({
      call: (call) => ({ ...call, query: call.query.replace(/[?&]order=asc/, '') }),
    }),
  },
  {
    rule: 'FILTER-2',
    does: 'ignores sessionId',
    hooks: () => ({
      call: (call) => ({ ...call, query: call.query.replace(/sessionId=[^&]*&?/, '') }),
    }),
  },
  {
    rule: 'SESS-1',
    does: 'gives the oldest session first',
    hooks: onRoute('/chat/sessions', (answer) =>
      edit(answer, (body) =>
        Array.isArray(body.sessions) ? { ...body, sessions: [...body.sessions].reverse() } : body,
      ),
    ),
  },
  {
    rule: 'FEED-1',
    does: 'keeps the first rating',
    hooks: () => {
      const ratings = new Map<string, FaultyAnswer>();
      return {
        call: (call) => {
          const known = ratings.get(String(callJson(call).messageId));
          return call.path.endsWith('/feedback') && known !== undefined ? { answer: known } : call;
        },
        answer: (answer, call) => {
          const rated = json(answer).message as Message | undefined;
          if (call.path.endsWith('/feedback') && rated?.id !== undefined)
            ratings.set(rated.id, answer);
          return answer;
        },
      };
    },
  },
  {
    rule: 'FEED-2',
    does: 'calls an unknown message a bad request',
    hooks: onRoute('/chat/feedback', (answer) =>
      answer.status === 404 ? { ...answer, status: 400 } : answer,
    ),
  },
];
