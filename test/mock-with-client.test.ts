import {
  ChatClient,
  type ChatClientOptions,
  isChatError,
  type SocketStateChange,
} from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

// The mock as an application with the client uses it.

const baseUrl = 'https://chat.example.com';
const ada = { username: 'ada', password: 's3cret' };
const mock = createChatMock({ baseUrl, users: [ada] });
const server = setupServer(...mock.handlers);
const clients: ChatClient[] = [];

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => mock.reset());
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => server.close());

function newClient(options: Partial<ChatClientOptions> = {}): ChatClient {
  const client = new ChatClient({ baseUrl, credentials: ada, ...options });
  clients.push(client);
  return client;
}

const routes = () => mock.requests.map(({ route }) => route);

describe('calls', () => {
  it('sends messages, reads pages of the history and returns statistics', async () => {
    mock.reply((message) => `You said ${message}`);
    const client = newClient();
    for (let i = 0; i < 3; i += 1) await client.chat.send(`Number ${i}`);
    const contents = [];
    for await (const { content } of client.chat.history({ pageSize: 2 })) contents.push(content);
    expect(contents).toEqual(
      mock
        .messages('ada')
        .map(({ content }) => content)
        .reverse(),
    );
    expect(await client.stats.messages()).toMatchObject({ totalMessages: 6 });
  });

  it('streams a reply, and stops it when the signal aborts', async () => {
    const signals: AbortSignal[] = [];
    mock.reply(async function* (_, { signal }) {
      signals.push(signal);
      yield 'Good ';
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    const client = newClient();
    const controller = new AbortController();
    const stream = client.chat.stream('Hello', { signal: controller.signal });
    const contents: string[] = [];
    const iteration = async () => {
      for await (const { content } of stream) {
        contents.push(content);
        controller.abort();
      }
    };
    await expect(iteration()).rejects.toMatchObject({ code: 'aborted' });
    expect(contents).toEqual(['Good ']);
    await vi.waitFor(() => expect(mock.messages('ada')).toHaveLength(2), { timeout: 20_000 });
    expect(mock.messages('ada')[1]).toMatchObject({ content: 'Good ', stopped: true });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('logs in again once for all calls with an expired token', async () => {
    const client = newClient();
    await client.login();
    mock.expireTokens();
    await Promise.all([client.chat.send('One'), client.chat.history(), client.stats.chat()]);
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('logs in again and starts a session after the mock advances two hours', async () => {
    const client = newClient();
    await client.chat.send('Before');
    mock.advance(2 * 3_600_000);
    await client.chat.send('After');
    expect(await client.chat.sessions()).toMatchObject({ sessions: [{}, {}] });
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('waits for the Retry-After of a rate limit', async () => {
    vi.useFakeTimers();
    try {
      const client = newClient();
      await client.login();
      mock.rateLimit('sendMessage', { retryAfterSeconds: 2, times: 1 });
      let isSent = false;
      const sent = client.chat.send('Hello').then(() => {
        isSent = true;
      });
      await vi.advanceTimersByTimeAsync(1_999);
      expect(isSent).toBe(false);
      await vi.advanceTimersByTimeAsync(10_000);
      await sent;
    } finally {
      vi.useRealTimers();
    }
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('fails at once if Retry-After is longer than maxWaitMs', async () => {
    const client = newClient({ retry: { maxWaitMs: 1_000 } });
    mock.rateLimit('sendMessage', { retryAfterSeconds: 30 });
    const error = await client.chat.send('Hello').catch((reason: unknown) => reason);
    expect(isChatError(error, 'rate_limited') && error.retryAfterMs).toBe(30_000);
  });

  it('stores a message once although its response is lost', async () => {
    const client = newClient({ retry: { minDelayMs: 1, maxDelayMs: 2 } });
    await client.login();
    await client.chat.history();
    mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });
    await client.chat.send('Once');
    expect(routes().filter((route) => route === 'sendMessage')).toHaveLength(2);
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('has a different error code for each failure of a backend', async () => {
    const client = newClient({ retry: { limit: 0 } });
    await client.login();
    mock.fail('history', { status: 500, times: 1 });
    mock.fail('history', { network: true, times: 1 });
    mock.fail('history', { status: 403, times: 1 });
    const codes = [];
    for (let i = 0; i < 3; i += 1) {
      const error = await client.chat.history().catch((reason: unknown) => reason);
      codes.push(isChatError(error) && error.code);
    }
    expect(codes).toEqual(['server_error', 'connection_failed', 'permission_denied']);
  });
});

describe('sockets', () => {
  const fastReconnect = { backoff: { minDelayMs: 1, maxDelayMs: 2 } };

  it('receives the reply to a message', async () => {
    mock.reply((message) => `You said ${message}`);
    await using socket = newClient().connect();
    expect(await socket.ask('Hi')).toMatchObject({ content: 'You said Hi' });
    expect(mock.sockets('ada')).toHaveLength(1);
  });

  it('reconnects after it was dropped, and delivers the missed messages', async () => {
    await using socket = newClient().connect(fastReconnect);
    const received: string[] = [];
    socket.on('message', ({ content }) => received.push(content));
    await socket.ask('Hello');
    const states = record(socket);
    const recovered = new Promise((resolve) => socket.on('recovered', resolve));
    mock.dropSockets();
    await mock.push('ada', 'Are you there?');
    expect(await recovered).toEqual({ count: 1, complete: true });
    expect(received.at(-1)).toBe('Are you there?');
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'connecting', 'open']);
    expect(states[0]).toMatchObject({ code: 1006 });
  });

  it('reconnects after the server restarts', async () => {
    await using socket = newClient().connect(fastReconnect);
    await socket.send('Hello');
    const states = record(socket);
    mock.closeSockets();
    await socket.send('Again');
    expect(states[0]).toMatchObject({ state: 'waiting', code: 1012 });
    expect(mock.messages('ada').map(({ content }) => content)).toContain('Again');
  });

  it('logs in once and reconnects when its token expires', async () => {
    await using socket = newClient().connect(fastReconnect);
    await socket.send('Hello');
    const states = record(socket);
    mock.expireTokens();
    await socket.send('Again');
    expect(states.some(({ code }) => code === 4401)).toBe(true);
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('does not reconnect after mock.reset()', async () => {
    await using socket = newClient().connect(fastReconnect);
    await socket.send('Hello');
    const closed = new Promise<SocketStateChange>((resolve) => socket.on('state', resolve));
    mock.reset();
    expect(await closed).toMatchObject({ state: 'closed', code: 1000 });
    expect(mock.requests).toEqual([]);
  });

  it('delays messages above the rate limit until the limit allows them', async () => {
    vi.useFakeTimers();
    try {
      const client = newClient();
      await using socket = client.connect();
      await socket.send('Number 0');
      for (let i = 1; i < 60; i += 1) await client.chat.send(`Number ${i}`);
      const limited = new Promise<number | undefined>((resolve) => {
        socket.on('status', (status) => {
          if (status.event === 'rate_limited') resolve(status.retryAfterMs);
        });
      });
      const sent = socket.send('One too many');
      const ms = (await limited) ?? 0;
      expect(mock.messages('ada')).toHaveLength(120);
      // The mock and the client have separate clocks. Both must advance.
      mock.advance(ms);
      await vi.advanceTimersByTimeAsync(2 * ms);
      expect(await sent).toMatchObject({ content: 'One too many' });
    } finally {
      vi.useRealTimers();
    }
  });
});

function record(socket: {
  on(name: 'state', listener: (change: SocketStateChange) => void): void;
}) {
  const states: SocketStateChange[] = [];
  socket.on('state', (change) => states.push(change));
  return states;
}
