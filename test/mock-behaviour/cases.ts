import type { ConnectedMock } from '@chat/server/mock';
import type { MockControls } from '@chat/server/msw';
import { createCaller } from '../../packages/server/src/adapters/msw/testing/caller.js';

/** The controls that each kind of mock has. */
export type TestedMock = Omit<ConnectedMock, 'url' | 'createNamespace'>;

export interface Target {
  readonly baseUrl: string;
  readonly mock: TestedMock;
}

/** A behaviour of the mock. The result is compared in Node.js, because a page has no test runner. */
export interface BehaviourCase {
  readonly name: string;
  run(mock: TestedMock, caller: ReturnType<typeof createCaller>): Promise<unknown>;
  readonly expected: unknown;
}

export async function runCase({ run }: BehaviourCase, { baseUrl, mock }: Target): Promise<unknown> {
  await mock.reset();
  return run(mock, createCaller(baseUrl));
}

/** A mock in this process, with the promises of a mock in another one. */
export function withPromises(controls: MockControls): TestedMock {
  return {
    get requests() {
      return Promise.resolve([...controls.requests]);
    },
    messages: async (username) => controls.messages(username),
    sockets: async (username) =>
      controls.sockets(username).map((socket) => ({
        username,
        close: async (code, reason) => socket.close(code, reason),
      })),
    reply: async (reply) => controls.reply(reply),
    fail: async (route, fault) => controls.fail(route, fault),
    rateLimit: async (route, limit) => controls.rateLimit(route, limit),
    expireTokens: async () => controls.expireTokens(),
    advance: async (ms) => controls.advance(ms),
    push: (username, content) => controls.push(username, content),
    closeSockets: async (closing) => controls.closeSockets(closing),
    dropSockets: async () => controls.dropSockets(),
    reset: async () => controls.reset(),
  };
}

const failure = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: Error) => error.name,
  );

export const behaviourCases: readonly BehaviourCase[] = [
  {
    name: 'echoes a message without a rule',
    run: async (_mock, { login, send }) => (await send(await login(), 'Good morning')).response,
    expected: 'Good morning',
  },
  {
    name: 'uses the first rule that applies',
    async run(mock, { login, send }) {
      await mock.reply([
        { contains: 'weather', content: 'It is sunny.' },
        { pattern: 'order (\\d+)', template: '{{username}}, order {{1}} is on its way.' },
      ]);
      const token = await login();
      const replies = [];
      for (const message of ['The weather?', 'My order 12?', 'Bye']) {
        replies.push((await send(token, message)).response);
      }
      return replies;
    },
    expected: ['It is sunny.', 'ada, order 12 is on its way.', 'Bye'],
  },
  {
    name: 'streams the chunks of a rule to a socket',
    async run(mock, { login, openSocket, send }) {
      await mock.reply({ chunks: ['One', ', two'], delayMs: 1, chunkDelayMs: 1 });
      const token = await login();
      const client = openSocket(token, '&stream=1');
      await client.next('connected');
      const { response } = await send(token, 'Hello');
      const deltas = [await client.next('delta'), await client.next('delta')];
      client.socket.close();
      return [response, ...deltas.map(({ content }) => content)];
    },
    expected: ['One, two', 'One', ', two'],
  },
  {
    name: 'fails like an assistant that is not available',
    async run(mock, { login, send }) {
      await mock.reply({ error: 'no model' });
      const { status, detail } = await send(await login(), 'Hello');
      const stored = await mock.messages('ada');
      return [status, detail?.includes('no model'), stored.map(({ role }) => role)];
    },
    expected: [500, false, ['user']],
  },
  {
    name: 'applies faults and rate limits in order',
    async run(mock, { login, send }) {
      await mock.fail('sendMessage', { status: 503, times: 1 });
      await mock.rateLimit('sendMessage', { retryAfterSeconds: 7, times: 1 });
      const token = await login();
      const results = [];
      for (let i = 0; i < 3; i += 1) {
        const { status, headers } = await send(token, 'Hello');
        results.push([status, headers.get('retry-after')]);
      }
      return results;
    },
    expected: [
      [503, '1'],
      [429, '7'],
      [200, null],
    ],
  },
  {
    name: 'breaks the connection after the request was processed',
    async run(mock, { login, send }) {
      await mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });
      const token = await login();
      const error = await failure(send(token, 'Hello'));
      return [error, (await mock.messages('ada')).length, (await mock.requests).at(-1)?.status];
    },
    expected: ['TypeError', 2, 'network error'],
  },
  {
    name: 'revokes tokens, also of sockets',
    async run(mock, { call, login, openSocket }) {
      const token = await login();
      const client = openSocket(token);
      await client.next('connected');
      await mock.expireTokens();
      const { code } = await client.closed;
      return [code, (await call('history', { token })).status];
    },
    expected: [4401, 401],
  },
  {
    name: 'frees a rate limit when its clock advances',
    async run(mock, { call }) {
      const body = { username: 'ada', password: 's3cret' };
      const statuses = [];
      for (let i = 0; i < 6; i += 1) statuses.push((await call('login', { body })).status);
      await mock.advance(60_000);
      statuses.push((await call('login', { body })).status);
      return statuses;
    },
    expected: [200, 200, 200, 200, 200, 429, 200],
  },
  {
    name: 'expires tokens when its clock advances',
    async run(mock, { call, login }) {
      const token = await login();
      await mock.advance(3_599_000);
      const before = (await call('history', { token })).status;
      await mock.advance(1_000);
      return [before, (await call('history', { token })).status];
    },
    expected: [200, 401],
  },
  {
    name: 'keeps a socket that lives longer than an hour of its clock',
    async run(mock, { login, openSocket }) {
      const client = openSocket(await login());
      await client.next('connected');
      await mock.advance(1_800_000);
      const heartbeat = await client.next('heartbeat');
      const live = await mock.sockets('ada');
      client.socket.close();
      return [heartbeat.event, live.map(({ username }) => username)];
    },
    expected: ['heartbeat', ['ada']],
  },
  {
    name: 'pushes a message to sockets and to the history',
    async run(mock, { login, openSocket }) {
      const client = openSocket(await login());
      await client.next('connected');
      await mock.push('ada', 'Are you there?');
      const { role, content } = await client.next('message');
      client.socket.close();
      return [role, content, (await mock.messages('ada')).map((message) => message.content)];
    },
    expected: ['assistant', 'Are you there?', ['Are you there?']],
  },
  {
    name: 'closes all sockets with a code',
    async run(mock, { login, openSocket }) {
      const client = openSocket(await login());
      await client.next('connected');
      await mock.closeSockets({ code: 1013, reason: 'Later, please.' });
      return client.closed;
    },
    expected: { code: 1013, reason: 'Later, please.', wasClean: true },
  },
  {
    name: 'drops sockets without a close frame',
    async run(mock, { login, openSocket }) {
      const client = openSocket(await login());
      await client.next('connected');
      await mock.dropSockets();
      return client.closed;
    },
    expected: { code: 1006, reason: '', wasClean: false },
  },
  {
    name: 'closes one of two sockets',
    async run(mock, { login, openSocket }) {
      const token = await login();
      const first = openSocket(token);
      await first.next('connected');
      const second = openSocket(token);
      await second.next('connected');
      const [older] = await mock.sockets('ada');
      await older?.close(4429, 'Enough.');
      const { code } = await first.closed;
      const left = (await mock.sockets('ada')).length;
      second.socket.close();
      return [code, left];
    },
    expected: [4429, 1],
  },
  {
    name: 'closes a socket without a token after it opened',
    run: async (_mock, { openSocket }) => (await openSocket('none').closed).code,
    expected: 4401,
  },
  {
    name: 'records requests',
    async run(mock, { call, login, send }) {
      const token = await login();
      await send(token, 'Hello', { 'idempotency-key': 'key-1' });
      await call('history', { token });
      return (await mock.requests).map(({ route, method, username, status, headers, body }) => [
        route,
        method,
        username ?? null,
        status,
        headers.get('idempotency-key'),
        body ?? null,
      ]);
    },
    expected: [
      ['login', 'POST', null, 200, null, { username: 'ada', password: 's3cret' }],
      ['sendMessage', 'POST', 'ada', 200, 'key-1', { message: 'Hello' }],
      ['history', 'GET', 'ada', 200, null, null],
    ],
  },
  {
    name: 'forgets everything on reset',
    async run(mock, { call, login, openSocket, send }) {
      await mock.fail('history', { status: 500 });
      await mock.reply({ content: 'old' });
      const token = await login();
      await send(token, 'Hello');
      const client = openSocket(token);
      await client.next('connected');
      await mock.reset();
      const { code } = await client.closed;
      const rejected = (await call('history', { token })).status;
      const forgotten = [(await mock.messages('ada')).length, (await mock.requests).length];
      const next = await login();
      return [
        code,
        rejected,
        forgotten,
        (await call('history', { token: next })).status,
        (await send(next, 'Hi')).response,
      ];
    },
    expected: [1000, 401, [0, 1], 200, 'Hi'],
  },
  {
    name: 'rejects an invalid fault and an unknown user',
    async run(mock) {
      const messages = [];
      for (const call of [
        () => mock.fail('login', { status: 200 }),
        () => mock.messages('eve'),
        () => mock.advance(-1),
      ]) {
        messages.push(
          await call().then(
            () => 'no error',
            (error: Error) => error.message.replace(/^(Fault option|Parameter|Field)/, 'Input'),
          ),
        );
      }
      return [messages[0], messages[1]?.slice(0, 27), messages[2]?.slice(0, 50)];
    },
    expected: [
      'Input "status" is invalid: expected an integer from 400 to 599, received 200.',
      'This mock has no user "eve"',
      'Input "ms" is invalid: expected a number from 0 to',
    ],
  },
];
