import {
  callJson,
  edit,
  type Fault,
  json,
  onRoute,
  refusal,
  tokenOf,
  withBody,
  withoutHeader,
} from './fault.js';

const isLogin = (path: string) => path.endsWith('/login');
const messagesIn = (body: Record<string, unknown>) => (body.messages ?? []) as Message[];
interface Message {
  role: string;
  content: string;
  timestamp: string;
  [name: string]: unknown;
}

function editMessages(change: (messages: Message[]) => Message[]) {
  return onRoute('/chat', (answer) =>
    edit(answer, (body) =>
      'messages' in body ? { ...body, messages: change(messagesIn(body)) } : body,
    ),
  );
}

function editHistory(change: (body: Record<string, unknown>, query: URLSearchParams) => object) {
  return onRoute('/chat/history', (answer, call) =>
    answer.status === 200
      ? edit(answer, (body) => ({ ...body, ...change(body, new URLSearchParams(call.query)) }))
      : answer,
  );
}

function editStats(path: string, change: Record<string, (value: number) => number>) {
  return onRoute(path, (answer) =>
    answer.status === 200
      ? edit(answer, (body) => {
          const changed = Object.entries(change).map(([name, to]) => [
            name,
            to(body[name] as number),
          ]);
          return { ...body, ...Object.fromEntries(changed) };
        })
      : answer,
  );
}

export const httpFaults: readonly Fault[] = [
  {
    rule: 'ERR-1',
    does: 'calls the sentence "error" instead of "detail"',
    hooks: () => ({
      answer: (answer) =>
        answer.status < 400 ? answer : edit(answer, ({ detail }) => ({ error: detail })),
    }),
  },
  {
    rule: 'ERR-2',
    does: 'answers 422',
    hooks: () => ({
      answer: (answer) => (answer.status === 400 ? { ...answer, status: 422 } : answer),
    }),
  },
  {
    rule: 'ERR-3',
    does: 'leaves WWW-Authenticate out',
    hooks: () => ({ answer: (answer) => withoutHeader(answer, 'www-authenticate') }),
  },
  {
    rule: 'ERR-4',
    does: 'answers an unknown path with an empty 200',
    hooks: () => ({
      answer: (answer) => (answer.status === 404 ? { ...answer, status: 200, body: '{}' } : answer),
    }),
  },
  {
    rule: 'ERR-5',
    does: 'calls a huge body a 400',
    hooks: () => ({
      call: (call) => (call.body.length > 2 ** 20 ? refusal(400, 'Too much.') : call),
    }),
  },
  {
    rule: 'ERR-6',
    does: 'takes any content type',
    hooks: () => ({
      call: (call) => ({
        ...call,
        headers: { ...call.headers, 'content-type': 'application/json' },
      }),
    }),
  },
  {
    rule: 'ERR-7',
    does: 'shows a stack',
    hooks: () => ({
      answer: (answer) =>
        answer.status >= 500
          ? edit(answer, () => ({ detail: 'Error: no\n    at reply (/srv/app/assistant.js:12:3)' }))
          : answer,
    }),
  },
  {
    rule: 'ERR-8',
    does: "ignores the caller's request id",
    hooks: () => ({
      call: (call) => ({ ...call, headers: { ...call.headers, 'x-request-id': '' } }),
    }),
  },
  {
    rule: 'ERR-9',
    does: 'stops without Retry-After',
    hooks: () => ({ answer: (answer) => withoutHeader(answer, 'retry-after') }),
  },
  {
    rule: 'LOGIN-1',
    does: 'says "Bearer" for "bearer"',
    hooks: onRoute('/login', (answer) =>
      answer.status === 200 ? edit(answer, (body) => ({ ...body, token_type: 'Bearer' })) : answer,
    ),
  },
  {
    rule: 'LOGIN-2',
    does: 'tells that a name is unknown',
    hooks: onRoute('/login', (answer, call) =>
      String(callJson(call).username).startsWith('nobody')
        ? edit(answer, () => ({ detail: 'There is no such user.' }))
        : answer,
    ),
  },
  {
    rule: 'LOGIN-3',
    does: 'makes a text of a number',
    hooks: () => ({
      call: (call) => {
        const body = callJson(call);
        if (!isLogin(call.path) || typeof body.username !== 'number') return call;
        return withBody(call, { ...body, username: String(body.username) });
      },
    }),
  },
  {
    rule: 'TOKEN-1',
    does: 'gives opaque tokens',
    hooks: () => {
      const tokens = new Map<string, string>();
      return {
        call: (call) => {
          const real = tokens.get(tokenOf(call));
          if (real === undefined) return call;
          return { ...call, headers: { ...call.headers, authorization: `Bearer ${real}` } };
        },
        answer: (answer, call) => {
          const token = json(answer).access_token;
          if (!isLogin(call.path) || typeof token !== 'string') return answer;
          const opaque = `opaque-${tokens.size}`;
          tokens.set(opaque, token);
          return edit(answer, (body) => ({ ...body, access_token: opaque }));
        },
      };
    },
  },
  {
    rule: 'TOKEN-2',
    does: 'takes a call without a token for that of the last user',
    hooks: () => {
      let last = '';
      return {
        call: (call) =>
          isLogin(call.path) || call.headers.authorization !== undefined
            ? call
            : { ...call, headers: { ...call.headers, authorization: `Bearer ${last}` } },
        answer: (answer, call) => {
          if (isLogin(call.path)) last = String(json(answer).access_token);
          return answer;
        },
      };
    },
  },
  {
    rule: 'TOKEN-3',
    does: 'looks at the payload only, not at the signature',
    hooks: () => {
      const byPayload = new Map<string, string>();
      return {
        call: (call) => {
          const real = byPayload.get(tokenOf(call).split('.')[1] ?? '');
          if (real === undefined) return call;
          return { ...call, headers: { ...call.headers, authorization: `Bearer ${real}` } };
        },
        answer: (answer, call) => {
          const token = json(answer).access_token;
          if (isLogin(call.path) && typeof token === 'string') {
            byPayload.set(token.split('.')[1] ?? '', token);
          }
          return answer;
        },
      };
    },
  },
  {
    rule: 'TOKEN-4',
    does: 'never looks at "exp"',
    hooks: () => {
      const zeros = { todayChats: 0, totalChats: 0, avgResponseTime: 0, satisfactionRate: 0 };
      return {
        answer: (answer, call) =>
          answer.status === 401 && tokenOf(call).split('.').length === 3
            ? { ...answer, status: 200, body: JSON.stringify(zeros) }
            : answer,
      };
    },
  },
  {
    rule: 'TOKEN-5',
    does: 'repeats the token in its refusal',
    hooks: () => ({
      answer: (answer, call) =>
        answer.status === 401
          ? edit(answer, () => ({ detail: `The token ${tokenOf(call)} is not valid.` }))
          : answer,
    }),
  },
  {
    rule: 'LOGOUT-1',
    does: 'says goodbye and forgets to revoke the token',
    hooks: () => ({
      call: (call) =>
        call.path.endsWith('/logout')
          ? {
              answer: {
                status: 200,
                headers: { 'content-type': 'application/json' },
                body: '{"message":"Successfully logged out"}',
              },
            }
          : call,
    }),
  },
  {
    rule: 'LOGOUT-2',
    does: 'revokes every token at a logout',
    hooks: () => {
      const given = new Set<string>();
      const revoked = new Set<string>();
      return {
        call: (call) => (revoked.has(tokenOf(call)) ? refusal(401, 'Revoked.') : call),
        answer: (answer, call) => {
          if (isLogin(call.path)) given.add(String(json(answer).access_token));
          if (call.path.endsWith('/logout')) for (const token of given) revoked.add(token);
          return answer;
        },
      };
    },
  },
  {
    rule: 'LOGOUT-3',
    does: 'keeps the session at a logout',
    hooks: () => {
      const revoked = new Set<string>();
      return {
        call: (call) => {
          if (revoked.has(tokenOf(call))) return refusal(401, 'Revoked.');
          if (!call.path.endsWith('/logout')) return call;
          revoked.add(tokenOf(call));
          return {
            answer: { status: 200, headers: {}, body: '{"message":"Successfully logged out"}' },
          };
        },
      };
    },
  },
  {
    rule: 'SESSION-1',
    does: 'begins a new session at each login',
    limits: { loginsPerWindow: 1000 },
    hooks: () => ({
      call: async (call, upstream) => {
        if (!isLogin(call.path)) return call;
        const token = json(await upstream(call)).access_token;
        const headers = { authorization: `Bearer ${token}` };
        await upstream({ method: 'POST', path: call.path.replace('/login', '/logout'), headers });
        return call;
      },
    }),
  },
  { rule: 'SESSION-2', does: 'lets a session idle for ten hours', limits: { sessionIdleMs: 36e6 } },
  { rule: 'LIMIT-1', does: 'allows six logins', limits: { loginsPerWindow: 6 } },
  { rule: 'LIMIT-2', does: 'allows sixty-one messages', limits: { messagesPerWindow: 61 } },
  {
    rule: 'LIMIT-3',
    does: 'says Retry-After in fractions',
    hooks: () => ({
      answer: (answer) =>
        answer.status === 429
          ? { ...answer, headers: { ...answer.headers, 'retry-after': '0.5' } }
          : answer,
    }),
  },
  {
    rule: 'LIMIT-4',
    does: 'goes on counting sockets that ended',
    hooks: () => ({ hidesClientClose: true }),
  },
  { rule: 'LIMIT-5', does: 'believes X-Forwarded-For from anybody', trustProxy: true },
  {
    rule: 'MSG-1',
    does: 'gives the newest message first',
    hooks: editMessages((all) => all.reverse()),
  },
  {
    rule: 'MSG-2',
    does: 'calls the assistant "bot"',
    hooks: editMessages((all) =>
      all.map((message) => (message.role === 'user' ? message : { ...message, role: 'bot' })),
    ),
  },
  {
    rule: 'MSG-3',
    does: 'trims what it stores',
    hooks: () => ({
      call: (call) => {
        const { message } = callJson(call);
        return typeof message === 'string' && message.trim() !== ''
          ? withBody(call, { ...callJson(call), message: message.trim() })
          : call;
      },
    }),
  },
  { rule: 'MSG-4', does: 'takes 9,000 characters', limits: { contentMaxLength: 9000 } },
  {
    rule: 'MSG-5',
    does: 'takes NUL and lone surrogates out instead of refusing them',
    hooks: () => ({
      call: (call) => ({
        ...call,
        body: Buffer.from(call.body.toString().replaceAll(/\\u(0000|d[89a-f]..)/gi, '')),
      }),
    }),
  },
  {
    rule: 'MSG-6',
    does: 'makes a text of anything',
    hooks: () => ({
      call: (call) => {
        const body = callJson(call);
        return 'message' in body
          ? withBody(call, { ...body, message: String(body.message) })
          : call;
      },
    }),
  },
  {
    rule: 'MSG-7',
    does: 'says its times without milliseconds',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).map((message) => ({
        ...message,
        timestamp: message.timestamp.replace(/\.\d{3}Z$/, 'Z'),
      })),
    })),
  },
  {
    rule: 'MSG-8',
    does: 'answers several messages at once, replies last',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).sort((a, b) => a.role.localeCompare(b.role)),
    })),
  },
  {
    rule: 'MSG-9',
    does: 'forgets a message that got no reply',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).filter(
        ({ role }, i, all) => role === 'assistant' || all[i - 1]?.role === 'assistant',
      ),
    })),
  },
  {
    rule: 'HIST-1',
    does: 'shows the current session only',
    hooks: editHistory((body) => {
      const [first, ...rest] = messagesIn(body);
      return { messages: [first, ...rest.filter((other) => other.sessionId === first?.sessionId)] };
    }),
  },
  {
    rule: 'HIST-2',
    does: 'takes ten for the default page size',
    hooks: () => ({
      call: (call) =>
        call.path.endsWith('/history') && call.query === ''
          ? { ...call, query: '?pageSize=10' }
          : call,
    }),
  },
  {
    rule: 'HIST-3',
    does: 'takes page 0 for page 1',
    hooks: () => ({ call: (call) => ({ ...call, query: call.query.replace('page=0', 'page=1') }) }),
  },
  {
    rule: 'HIST-4',
    does: 'says a total of 0 past the end',
    hooks: editHistory((body) => ({
      pagination: {
        ...(body.pagination as object),
        ...(messagesIn(body).length === 0 ? { total: 0 } : {}),
      },
    })),
  },
  {
    rule: 'HIST-5',
    does: 'gives the first page again for the second',
    hooks: () => ({ call: (call) => ({ ...call, query: call.query.replace('page=2', 'page=1') }) }),
  },
  {
    rule: 'STAT-1',
    does: 'counts logins for chats',
    hooks: () => {
      let logins = 0;
      return {
        answer: (answer, call) => {
          if (isLogin(call.path)) logins += 1;
          if (!call.path.endsWith('/stats/chat') || answer.status !== 200) return answer;
          return edit(answer, (body) => ({ ...body, totalChats: logins }));
        },
      };
    },
  },
  {
    rule: 'STAT-2',
    does: "counts the user's messages only",
    hooks: editStats('/stats/messages', {
      totalMessages: (n) => n / 2,
      todayMessages: (n) => n / 2,
    }),
  },
  {
    rule: 'STAT-3',
    does: 'says the response time in seconds',
    hooks: editStats('/stats/chat', { avgResponseTime: (ms) => ms / 1000 }),
  },
  {
    rule: 'STAT-4',
    does: 'says the satisfaction as a fraction',
    hooks: editStats('/stats/chat', { satisfactionRate: (percent) => percent / 100 }),
  },
];
