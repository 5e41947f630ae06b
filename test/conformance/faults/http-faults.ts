import {
  editBody,
  errorResponse,
  type Fault,
  onRoute,
  type ProxyHooks,
  requestJson,
  responseJson,
  tokenOf,
  withJsonBody,
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
  return onRoute('/chat', (response) =>
    editBody(response, (body) =>
      'messages' in body ? { ...body, messages: change(messagesIn(body)) } : body,
    ),
  );
}

function editHistory(change: (body: Record<string, unknown>, query: URLSearchParams) => object) {
  return onRoute('/chat/history', (response, request) =>
    response.status === 200
      ? editBody(response, (body) => ({
          ...body,
          ...change(body, new URLSearchParams(request.query)),
        }))
      : response,
  );
}

function editStats(path: string, change: Record<string, (value: number) => number>) {
  return onRoute(path, (response) =>
    response.status === 200
      ? editBody(response, (body) => {
          const changed = Object.entries(change).map(([name, to]) => [
            name,
            to(body[name] as number),
          ]);
          return { ...body, ...Object.fromEntries(changed) };
        })
      : response,
  );
}

const returnsRetryAfter = (seconds: string) => (): ProxyHooks => ({
  response: (response) =>
    response.status === 429
      ? { ...response, headers: { ...response.headers, 'retry-after': seconds } }
      : response,
});

/** Accepts a token in place of the one from a login that has the same value of `part`. */
function acceptsTokensBy(
  part: (token: string) => string,
  accepts: (token: string) => boolean = () => true,
): () => ProxyHooks {
  return () => {
    const tokens = new Map<string, string>();
    return {
      request: (request) => {
        const real = tokens.get(part(tokenOf(request)));
        if (real === undefined || !accepts(tokenOf(request))) return request;
        return { ...request, headers: { ...request.headers, authorization: `Bearer ${real}` } };
      },
      response: (response, request) => {
        const token = responseJson(response).access_token;
        if (isLogin(request.path) && typeof token === 'string') tokens.set(part(token), token);
        return response;
      },
    };
  };
}

export const httpFaults: readonly Fault[] = [
  {
    ruleId: 'ERR-1',
    behaviour: 'names the error text "error" instead of "detail"',
    hooks: () => ({
      response: (response) =>
        response.status < 400 ? response : editBody(response, ({ detail }) => ({ error: detail })),
    }),
  },
  {
    ruleId: 'ERR-2',
    behaviour: 'responds with 422',
    hooks: () => ({
      response: (response) => (response.status === 400 ? { ...response, status: 422 } : response),
    }),
  },
  {
    ruleId: 'ERR-3',
    behaviour: 'omits WWW-Authenticate',
    hooks: () => ({ response: (response) => withoutHeader(response, 'www-authenticate') }),
  },
  {
    ruleId: 'ERR-4',
    behaviour: 'answers an unknown path with an empty 200',
    hooks: () => ({
      response: (response) =>
        response.status === 404 ? { ...response, status: 200, body: '{}' } : response,
    }),
  },
  {
    ruleId: 'ERR-5',
    behaviour: 'answers a huge body with 400',
    hooks: () => ({
      request: (request) =>
        request.body.length > 2 ** 20 ? errorResponse(400, 'Too much.') : request,
    }),
  },
  {
    ruleId: 'ERR-6',
    behaviour: 'accepts any content type',
    hooks: () => ({
      request: (request) => ({
        ...request,
        headers: { ...request.headers, 'content-type': 'application/json' },
      }),
    }),
  },
  {
    ruleId: 'ERR-7',
    behaviour: 'reveals a stack trace',
    hooks: () => ({
      response: (response) =>
        response.status >= 500
          ? editBody(response, () => ({
              detail: 'Error: no\n    at reply (/srv/app/assistant.js:12:3)',
            }))
          : response,
    }),
  },
  {
    ruleId: 'ERR-8',
    behaviour: "ignores the client's request id",
    hooks: () => ({
      request: (request) => ({ ...request, headers: { ...request.headers, 'x-request-id': '' } }),
    }),
  },
  {
    ruleId: 'ERR-9',
    behaviour: 'stops without Retry-After',
    hooks: () => ({ response: (response) => withoutHeader(response, 'retry-after') }),
  },
  {
    ruleId: 'LOGIN-1',
    behaviour: 'returns "Bearer" instead of "bearer"',
    hooks: onRoute('/login', (response) =>
      response.status === 200
        ? editBody(response, (body) => ({ ...body, token_type: 'Bearer' }))
        : response,
    ),
  },
  {
    ruleId: 'LOGIN-2',
    behaviour: 'reveals that a name is unknown',
    hooks: onRoute('/login', (response, request) =>
      String(requestJson(request).username).startsWith('nobody')
        ? editBody(response, () => ({ detail: 'There is no such user.' }))
        : response,
    ),
  },
  {
    ruleId: 'LOGIN-3',
    behaviour: 'coerces a number to a string',
    hooks: () => ({
      request: (request) => {
        const body = requestJson(request);
        if (!isLogin(request.path) || typeof body.username !== 'number') return request;
        return withJsonBody(request, { ...body, username: String(body.username) });
      },
    }),
  },
  {
    ruleId: 'TOKEN-1',
    behaviour: 'returns opaque tokens',
    hooks: () => {
      const tokens = new Map<string, string>();
      return {
        request: (request) => {
          const real = tokens.get(tokenOf(request));
          if (real === undefined) return request;
          return { ...request, headers: { ...request.headers, authorization: `Bearer ${real}` } };
        },
        response: (response, request) => {
          const token = responseJson(response).access_token;
          if (!isLogin(request.path) || typeof token !== 'string') return response;
          const opaque = `opaque-${tokens.size}`;
          tokens.set(opaque, token);
          return editBody(response, (body) => ({ ...body, access_token: opaque }));
        },
      };
    },
  },
  {
    ruleId: 'TOKEN-2',
    behaviour: 'treats a request without a token as one of the last user',
    hooks: () => {
      let last = '';
      return {
        request: (request) =>
          isLogin(request.path) || request.headers.authorization !== undefined
            ? request
            : { ...request, headers: { ...request.headers, authorization: `Bearer ${last}` } },
        response: (response, request) => {
          if (isLogin(request.path)) last = String(responseJson(response).access_token);
          return response;
        },
      };
    },
  },
  {
    ruleId: 'TOKEN-3',
    behaviour: 'does not verify the signature',
    hooks: acceptsTokensBy((token) => token.split('.')[1] ?? ''),
  },
  {
    ruleId: 'TOKEN-3',
    behaviour: 'verifies the signature only',
    hooks: acceptsTokensBy((token) => token.split('.')[2] || 'none'),
  },
  {
    ruleId: 'TOKEN-3',
    behaviour: 'accepts unsigned tokens with alg "None"',
    hooks: acceptsTokensBy(
      (token) => token.split('.')[1] ?? '',
      (token) => Buffer.from(token.split('.')[0] ?? '', 'base64url').includes('"None"'),
    ),
  },
  {
    ruleId: 'TOKEN-4',
    behaviour: 'ignores "exp"',
    hooks: () => {
      const zeros = { todayChats: 0, totalChats: 0, avgResponseTime: 0, satisfactionRate: 0 };
      return {
        response: (response, request) =>
          response.status === 401 && tokenOf(request).split('.').length === 3
            ? { ...response, status: 200, body: JSON.stringify(zeros) }
            : response,
      };
    },
  },
  {
    ruleId: 'TOKEN-5',
    behaviour: 'repeats the token in the error',
    hooks: () => ({
      response: (response, request) =>
        response.status === 401
          ? editBody(response, () => ({ detail: `The token ${tokenOf(request)} is not valid.` }))
          : response,
    }),
  },
  {
    ruleId: 'LOGOUT-1',
    behaviour: 'confirms a logout without revoking the token',
    hooks: () => ({
      request: (request) =>
        request.path.endsWith('/logout')
          ? {
              response: {
                status: 200,
                headers: { 'content-type': 'application/json' },
                body: '{"message":"Successfully logged out"}',
              },
            }
          : request,
    }),
  },
  {
    ruleId: 'LOGOUT-2',
    behaviour: 'revokes every token at a logout',
    hooks: () => {
      const issued = new Set<string>();
      const revoked = new Set<string>();
      return {
        request: (request) =>
          revoked.has(tokenOf(request)) ? errorResponse(401, 'Revoked.') : request,
        response: (response, request) => {
          if (isLogin(request.path)) issued.add(String(responseJson(response).access_token));
          if (request.path.endsWith('/logout')) for (const token of issued) revoked.add(token);
          return response;
        },
      };
    },
  },
  {
    ruleId: 'LOGOUT-3',
    behaviour: 'continues the session after a logout',
    hooks: () => {
      const revoked = new Set<string>();
      return {
        request: (request) => {
          if (revoked.has(tokenOf(request))) return errorResponse(401, 'Revoked.');
          if (!request.path.endsWith('/logout')) return request;
          revoked.add(tokenOf(request));
          return {
            response: { status: 200, headers: {}, body: '{"message":"Successfully logged out"}' },
          };
        },
      };
    },
  },
  {
    ruleId: 'SESSION-1',
    behaviour: 'starts a new session at each login',
    limits: { loginsPerWindow: 1000 },
    hooks: () => ({
      request: async (request, upstream) => {
        if (!isLogin(request.path)) return request;
        const token = responseJson(await upstream(request)).access_token;
        const headers = { authorization: `Bearer ${token}` };
        await upstream({
          method: 'POST',
          path: request.path.replace('/login', '/logout'),
          headers,
        });
        return request;
      },
    }),
  },
  {
    ruleId: 'SESSION-2',
    behaviour: 'ends a session only after ten idle hours',
    limits: { sessionIdleMs: 36e6 },
  },
  {
    ruleId: 'SESSION-3',
    behaviour: 'never ends a session because of its size',
    limits: { sessionMaxMessages: 1000 },
  },
  { ruleId: 'LIMIT-1', behaviour: 'allows six logins', limits: { loginsPerWindow: 6 } },
  {
    ruleId: 'LIMIT-1',
    behaviour: 'does not count failed logins',
    hooks: () => ({
      request: (request) =>
        isLogin(request.path) && requestJson(request).password === 'wrong'
          ? errorResponse(401, 'The name or the password is wrong.')
          : request,
    }),
  },
  { ruleId: 'LIMIT-2', behaviour: 'allows sixty-one messages', limits: { messagesPerWindow: 61 } },
  {
    ruleId: 'LIMIT-2',
    behaviour: 'counts the messages of each token',
    hooks: () => {
      const used = new Set<string>();
      return onRoute('/chat', (response, request) => {
        if (response.status === 200) used.add(tokenOf(request));
        return used.has(tokenOf(request)) ? response : { ...response, status: 200 };
      })();
    },
  },
  {
    ruleId: 'LIMIT-2',
    behaviour: 'omits Retry-After',
    hooks: onRoute('/chat', (response) => withoutHeader(response, 'retry-after')),
  },
  {
    ruleId: 'LIMIT-3',
    behaviour: 'returns a Retry-After of a day',
    hooks: returnsRetryAfter('86400'),
  },
  {
    ruleId: 'LIMIT-3',
    behaviour: 'returns a fractional Retry-After',
    hooks: returnsRetryAfter('0.5'),
  },
  {
    ruleId: 'LIMIT-4',
    behaviour: 'still counts closed sockets',
    hooks: () => ({ hidesClientClose: true }),
  },
  { ruleId: 'LIMIT-5', behaviour: 'trusts X-Forwarded-For from any client', trustProxy: true },
  {
    ruleId: 'MSG-1',
    behaviour: 'returns the newest message first',
    hooks: editMessages((all) => all.reverse()),
  },
  {
    ruleId: 'MSG-2',
    behaviour: 'names the assistant "bot"',
    hooks: editMessages((all) =>
      all.map((message) => (message.role === 'user' ? message : { ...message, role: 'bot' })),
    ),
  },
  {
    ruleId: 'MSG-3',
    behaviour: 'trims the content',
    hooks: () => ({
      request: (request) => {
        const { message } = requestJson(request);
        return typeof message === 'string' && message.trim() !== ''
          ? withJsonBody(request, { ...requestJson(request), message: message.trim() })
          : request;
      },
    }),
  },
  { ruleId: 'MSG-4', behaviour: 'accepts 9,000 characters', limits: { contentMaxLength: 9000 } },
  {
    ruleId: 'MSG-5',
    behaviour: 'removes NUL and lone surrogates instead of rejecting them',
    hooks: () => ({
      request: (request) => ({
        ...request,
        body: Buffer.from(request.body.toString().replaceAll(/\\u(0000|d[89a-f]..)/gi, '')),
      }),
    }),
  },
  {
    ruleId: 'MSG-6',
    behaviour: 'coerces any value to a string',
    hooks: () => ({
      request: (request) => {
        const body = requestJson(request);
        return 'message' in body
          ? withJsonBody(request, { ...body, message: String(body.message) })
          : request;
      },
    }),
  },
  {
    ruleId: 'MSG-7',
    behaviour: 'returns timestamps without milliseconds',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).map((message) => ({
        ...message,
        timestamp: message.timestamp.replace(/\.\d{3}Z$/, 'Z'),
      })),
    })),
  },
  {
    ruleId: 'MSG-8',
    behaviour: 'stores concurrent messages before their replies',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).sort((a, b) => a.role.localeCompare(b.role)),
    })),
  },
  {
    ruleId: 'MSG-9',
    behaviour: 'loses a message that got no reply',
    hooks: editHistory((body) => ({
      messages: messagesIn(body).filter(
        ({ role }, i, all) => role === 'assistant' || all[i - 1]?.role === 'assistant',
      ),
    })),
  },
  {
    ruleId: 'HIST-1',
    behaviour: 'returns the current session only',
    hooks: editHistory((body) => {
      const [first, ...rest] = messagesIn(body);
      return { messages: [first, ...rest.filter((other) => other.sessionId === first?.sessionId)] };
    }),
  },
  {
    ruleId: 'HIST-2',
    behaviour: 'has a default page size of ten',
    hooks: () => ({
      request: (request) =>
        request.path.endsWith('/history') && request.query === ''
          ? { ...request, query: '?pageSize=10' }
          : request,
    }),
  },
  {
    ruleId: 'HIST-3',
    behaviour: 'treats page 0 as page 1',
    hooks: () => ({
      request: (request) => ({ ...request, query: request.query.replace('page=0', 'page=1') }),
    }),
  },
  {
    ruleId: 'HIST-4',
    behaviour: 'returns a total of 0 past the end',
    hooks: editHistory((body) => ({
      pagination: {
        ...(body.pagination as object),
        ...(messagesIn(body).length === 0 ? { total: 0 } : {}),
      },
    })),
  },
  {
    ruleId: 'HIST-5',
    behaviour: 'returns the first page as the second',
    hooks: () => ({
      request: (request) => ({ ...request, query: request.query.replace('page=2', 'page=1') }),
    }),
  },
  {
    ruleId: 'STAT-1',
    behaviour: 'counts logins as chats',
    hooks: () => {
      let logins = 0;
      return {
        response: (response, request) => {
          if (isLogin(request.path)) logins += 1;
          if (!request.path.endsWith('/stats/chat') || response.status !== 200) return response;
          return editBody(response, (body) => ({ ...body, totalChats: logins }));
        },
      };
    },
  },
  {
    ruleId: 'STAT-2',
    behaviour: "counts the user's messages only",
    hooks: editStats('/stats/messages', {
      totalMessages: (n) => n / 2,
      todayMessages: (n) => n / 2,
    }),
  },
  {
    ruleId: 'STAT-3',
    behaviour: 'returns the response time in seconds',
    hooks: editStats('/stats/chat', { avgResponseTime: (ms) => ms / 1000 }),
  },
  {
    ruleId: 'STAT-4',
    behaviour: 'returns the satisfaction rate as a fraction',
    hooks: editStats('/stats/chat', { satisfactionRate: (percent) => percent / 100 }),
  },
];
