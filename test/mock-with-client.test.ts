import { ChatClient, type ChatClientOptions, isChatError, type StateChange } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

// What a consumer who uses our client sees of the mock.

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
  it('talks, pages through the history and counts', async () => {
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

  it('logs in again, once, for all calls whose token expired', async () => {
    const client = newClient();
    await client.login();
    mock.expireTokens();
    await Promise.all([client.chat.send('One'), client.chat.history(), client.stats.chat()]);
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('goes on when the mock says that an hour has passed', async () => {
    const client = newClient();
    await client.chat.send('Before');
    mock.advance(2 * 3_600_000);
    await client.chat.send('After');
    expect(await client.chat.sessions()).toMatchObject({ sessions: [{}, {}] });
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('waits for as long as a rate limit says', async () => {
    vi.useFakeTimers();
    try {
      const client = newClient();
      await client.login();
      mock.rateLimit('sendMessage', { retryAfter: 2, times: 1 });
      let answered = false;
      const sent = client.chat.send('Hello').then(() => {
        answered = true;
      });
      await vi.advanceTimersByTimeAsync(1_999);
      expect(answered).toBe(false);
      await vi.advanceTimersByTimeAsync(10_000);
      await sent;
    } finally {
      vi.useRealTimers();
    }
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('fails at once when it may not wait that long', async () => {
    const client = newClient({ retry: { maxWaitMs: 1_000 } });
    mock.rateLimit('sendMessage', { retryAfter: 30 });
    const error = await client.chat.send('Hello').catch((reason: unknown) => reason);
    expect(isChatError(error, 'rate_limited') && error.retryAfterMs).toBe(30_000);
  });

  it('stores a message once although its answer got lost', async () => {
    const client = newClient({ retry: { minDelayMs: 1, maxDelayMs: 2 } });
    await client.login();
    await client.chat.history();
    mock.fail('sendMessage', { network: true, afterwards: true, times: 1 });
    await client.chat.send('Once');
    expect(routes().filter((route) => route === 'sendMessage')).toHaveLength(2);
    expect(mock.messages('ada')).toHaveLength(2);
  });

  it('tells the errors of an ill backend apart', async () => {
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
  const quick = { backoff: { minMs: 1, maxMs: 2 } };

  it('asks and is answered', async () => {
    mock.reply((message) => `You said ${message}`);
    await using socket = newClient().connect();
    expect(await socket.ask('Hi')).toMatchObject({ content: 'You said Hi' });
    expect(mock.sockets('ada')).toHaveLength(1);
  });

  it('comes back after it was dropped, and shows what it missed', async () => {
    await using socket = newClient().connect(quick);
    const shown: string[] = [];
    socket.on('message', ({ content }) => shown.push(content));
    await socket.ask('Hello');
    const states = record(socket);
    const recovered = new Promise((resolve) => socket.on('recovered', resolve));
    mock.dropSockets();
    await mock.push('ada', 'Are you there?');
    expect(await recovered).toEqual({ count: 1, complete: true });
    expect(shown.at(-1)).toBe('Are you there?');
    expect(states.map(({ state }) => state)).toEqual(['waiting', 'connecting', 'open']);
    expect(states[0]).toMatchObject({ code: 1006 });
  });

  it('comes back after the server restarted', async () => {
    await using socket = newClient().connect(quick);
    await socket.send('Hello');
    const states = record(socket);
    mock.closeSockets();
    await socket.send('Again');
    expect(states[0]).toMatchObject({ state: 'waiting', code: 1012 });
    expect(mock.messages('ada').map(({ content }) => content)).toContain('Again');
  });

  it('logs in once when its token expires, and goes on', async () => {
    await using socket = newClient().connect(quick);
    await socket.send('Hello');
    const states = record(socket);
    mock.expireTokens();
    await socket.send('Again');
    expect(states.some(({ code }) => code === 4401)).toBe(true);
    expect(routes().filter((route) => route === 'login')).toHaveLength(2);
  });

  it('does not come back from a test that is over', async () => {
    await using socket = newClient().connect(quick);
    await socket.send('Hello');
    const closed = new Promise<StateChange>((resolve) => socket.on('state', resolve));
    mock.reset();
    expect(await closed).toMatchObject({ state: 'closed', code: 1000 });
    expect(mock.requests).toEqual([]);
  });

  it('holds what is over the allowance until a minute has passed', async () => {
    vi.useFakeTimers();
    try {
      const client = newClient();
      await using socket = client.connect();
      await socket.send('Number 0');
      for (let i = 1; i < 60; i += 1) await client.chat.send(`Number ${i}`);
      const limited = new Promise<number | undefined>((resolve) => {
        socket.on('status', ({ event, retryAfterMs }) => {
          if (event === 'rate_limited') resolve(retryAfterMs);
        });
      });
      const held = socket.send('One too many');
      const ms = (await limited) ?? 0;
      expect(mock.messages('ada')).toHaveLength(120);
      // Two clocks: the mock's allowance grows back, and the client has waited.
      mock.advance(ms);
      await vi.advanceTimersByTimeAsync(2 * ms);
      expect(await held).toMatchObject({ content: 'One too many' });
    } finally {
      vi.useRealTimers();
    }
  });
});

function record(socket: { on(name: 'state', listener: (change: StateChange) => void): void }) {
  const states: StateChange[] = [];
  socket.on('state', (change) => states.push(change));
  return states;
}
