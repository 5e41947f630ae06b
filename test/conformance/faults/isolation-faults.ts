import {
  editBody,
  errorResponse,
  type Fault,
  type Frame,
  type ProxiedRequest,
  type ProxiedResponse,
  type ProxiedSocket,
  type ProxyHooks,
  requestJson,
  responseJson,
  tokenOf,
  type Upstream,
} from './fault.js';

type Body = Record<string, unknown>;

/** The tokens of the users, in the order of their first logins. The checks log out with later tokens only. */
function recordTokens() {
  const names = new Map<string, string>();
  return {
    record(response: ProxiedResponse, request: ProxiedRequest): ProxiedResponse {
      const token = responseJson(response).access_token;
      if (request.path.endsWith('/login') && typeof token === 'string') {
        names.set(token, String(requestJson(request).username));
      }
      return response;
    },
    /** The first token of each user. */
    firsts(): string[] {
      const all = [...names];
      return [...new Set(names.values())].map(
        (name) => all.find(([, other]) => other === name)?.[0] ?? '',
      );
    },
    /** The position of the user of a token, from 0. */
    position: (token: string) => [...new Set(names.values())].indexOf(names.get(token) ?? ''),
    all: () => [...names.keys()],
  };
}

const as = (request: ProxiedRequest, token: string): ProxiedRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});

/** One route combines the data of every user, for the users whose position `affects` selects. */
function combinesUsers(
  path: string,
  combine: (bodies: readonly Body[]) => Body,
  affects: (position: number) => boolean = () => true,
): () => ProxyHooks {
  return () => {
    const tokens = recordTokens();
    return {
      response: tokens.record,
      async request(request, upstream) {
        if (!request.path.endsWith(path) || !affects(tokens.position(tokenOf(request))))
          return request;
        const responses = await Promise.all(
          tokens.firsts().map((token) => upstream(as(request, token))),
        );
        const [first] = responses;
        if (first === undefined || responses.some(({ status }) => status !== 200)) return request;
        return { response: editBody(first, () => combine(responses.map(responseJson))) };
      },
    };
  };
}

/** A route responds with what any user may see. */
function looksAmongAllUsers(path: string): () => ProxyHooks {
  return () => {
    const tokens = recordTokens();
    return {
      response: tokens.record,
      async request(request, upstream: Upstream) {
        if (!request.path.endsWith(path)) return request;
        for (const token of tokens.firsts()) {
          const response = await upstream(as(request, token));
          if (response.status === 200) return { response };
        }
        return request;
      },
    };
  };
}

const listOf = (body: Body, name: string) => (body[name] ?? []) as Record<string, string>[];

function combineLists(name: string, order: string) {
  return (bodies: readonly Body[]): Body => ({
    ...bodies[0],
    [name]: bodies
      .flatMap((body) => listOf(body, name))
      .sort((a, b) => String(b[order]).localeCompare(String(a[order]))),
  });
}

const combineHistories = combineLists('messages', 'timestamp');

function addNumbers(bodies: readonly Body[]): Body {
  const names = Object.keys(bodies[0] ?? {});
  const sum = (name: string) => bodies.reduce((total, body) => total + Number(body[name]), 0);
  return Object.fromEntries(names.map((name) => [name, sum(name)]));
}

/** Sends the message frames of one socket to others too. */
function sendsToOtherSockets(
  isAffected: (from: ProxiedSocket, to: ProxiedSocket) => boolean,
  isSent = ({ type }: Frame) => type === 'message',
): () => ProxyHooks {
  return () => {
    const sockets = new Set<ProxiedSocket>();
    return {
      frameOut(frame: Frame, socket) {
        sockets.add(socket);
        if (!isSent(frame)) return frame;
        for (const other of sockets) {
          if (other !== socket && isAffected(socket, other)) other.toClient(frame);
        }
        return frame;
      },
    };
  };
}

export const isolationFaults: readonly Fault[] = [
  {
    ruleId: 'ISO-1',
    behaviour: "returns everybody's history to every user",
    hooks: combinesUsers('/chat/history', combineHistories),
  },
  {
    ruleId: 'ISO-1',
    behaviour: "returns everybody's history to the second user only",
    hooks: combinesUsers('/chat/history', combineHistories, (position) => position === 1),
  },
  {
    ruleId: 'ISO-1',
    behaviour: 'counts the messages of all users in the total',
    hooks: combinesUsers('/chat/history', (bodies) => {
      const pages = bodies.map(({ pagination }) => pagination as { total: number });
      const total = pages.reduce((sum, page) => sum + page.total, 0);
      return { ...bodies[0], pagination: { ...pages[0], total } };
    }),
  },
  {
    ruleId: 'ISO-2',
    behaviour: 'sends frames to every user',
    hooks: sendsToOtherSockets(() => true),
  },
  {
    ruleId: 'ISO-2',
    behaviour: 'sends deltas to every user',
    hooks: sendsToOtherSockets(
      () => true,
      ({ data }) => data.event === 'delta',
    ),
  },
  {
    ruleId: 'ISO-2',
    behaviour: "sends the second user's frames to the first",
    hooks: sendsToOtherSockets((from, to) => from.index > to.index),
  },
  {
    ruleId: 'ISO-2',
    behaviour: "sends the first user's frames to the second",
    hooks: sendsToOtherSockets((from, to) => from.index < to.index),
  },
  {
    ruleId: 'ISO-3',
    behaviour: 'has one session for all users',
    hooks: () => {
      const session: unknown[] = [];
      return {
        response(response, request) {
          if (!request.path.endsWith('/chat') || response.status !== 200) return response;
          session.push(...listOf(responseJson(response), 'messages').slice(-2));
          return editBody(response, (body) => ({ ...body, messages: [...session] }));
        },
      };
    },
  },
  {
    ruleId: 'ISO-3',
    behaviour: 'ends the sessions of all users at a logout',
    hooks: () => {
      const tokens = recordTokens();
      const ended = new Set<string>();
      return {
        response(response, request) {
          tokens.record(response, request);
          if (request.path.endsWith('/logout')) for (const token of tokens.all()) ended.add(token);
          if (!request.path.endsWith('/chat') || !ended.delete(tokenOf(request))) return response;
          return editBody(response, (body) => ({
            ...body,
            messages: listOf(body, 'messages').slice(-2),
          }));
        },
      };
    },
  },
  {
    ruleId: 'ISO-4',
    behaviour: 'counts the messages of all users',
    hooks: combinesUsers('/stats/messages', addNumbers),
  },
  {
    ruleId: 'ISO-4',
    behaviour: 'adds up the chats of all users for the first user',
    hooks: combinesUsers('/stats/chat', addNumbers, (position) => position === 0),
  },
  {
    ruleId: 'ISO-5',
    behaviour: 'allows three sockets for all users together',
    hooks: () => ({
      frameOut(frame, socket) {
        if (socket.index < 3) return frame;
        socket.closeClient(4429);
        return undefined;
      },
    }),
  },
  {
    ruleId: 'ISO-6',
    behaviour: 'counts one rate limit per address',
    hooks: () => {
      let messages = 0;
      return {
        request(request) {
          if (request.path.endsWith('/chat')) messages += 1;
          return request.path.endsWith('/chat') && messages > 60
            ? errorResponse(429, 'Too many messages.')
            : request;
        },
      };
    },
  },
  {
    ruleId: 'FILTER-3',
    behaviour: "returns another user's session",
    hooks: looksAmongAllUsers('/chat/history'),
  },
  {
    ruleId: 'SESS-2',
    behaviour: 'lists the sessions of all users',
    hooks: combinesUsers('/chat/sessions', combineLists('sessions', 'startTime')),
  },
  {
    ruleId: 'FEED-3',
    behaviour: "rates another user's reply",
    hooks: looksAmongAllUsers('/chat/feedback'),
  },
  {
    ruleId: 'IDEM-5',
    behaviour: "returns the first response for another user's key",
    hooks: () => {
      const responses = new Map<string, ProxiedResponse>();
      const keyOf = ({ headers }: ProxiedRequest) => String(headers['idempotency-key'] ?? '');
      return {
        request(request) {
          const response = responses.get(keyOf(request));
          return response === undefined ? request : { response };
        },
        response(response, request) {
          const key = keyOf(request);
          if (key !== '' && !responses.has(key)) responses.set(key, response);
          return response;
        },
      };
    },
  },
];
