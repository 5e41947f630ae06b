import { expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import type { SocketState } from '../socket/state-change.js';
import { status } from '../socket/testing/harness.js';
import { ScriptedWebSocket } from '../socket/testing/scripted-web-socket.js';
import { jwt } from '../testing/jwt.js';

const lifetimeMs = 3000;
const connectMs = 1000;

/** A backend whose tokens are valid for three seconds, and which needs a second to accept a WebSocket. */
function shortLivedTokens({ rejectsSockets = false } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const expiries = new Map<string, number>();
  const isValid = (token = '') => (expiries.get(token) ?? 0) > Date.now();
  const respond = (status: number, body: object) =>
    new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url, headers } = new Request(input, init);
    if (url.endsWith('/login')) {
      const iat = Date.now() / 1000;
      const token = jwt({ sub: 'ada', jti: expiries.size, iat, exp: iat + lifetimeMs / 1000 });
      expiries.set(token, Date.now() + lifetimeMs);
      return respond(200, { access_token: token, token_type: 'bearer' });
    }
    return isValid(headers.get('authorization')?.slice('Bearer '.length))
      ? respond(200, { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 })
      : respond(401, { detail: 'The token has expired.' });
  };
  class SlowWebSocket extends ScriptedWebSocket {
    constructor(url: string) {
      super(url);
      const token = new URL(url).searchParams.get('token') ?? '';
      setTimeout(() => {
        if (this.readyState !== 0) return;
        this.open();
        if (rejectsSockets || !isValid(token)) return this.drop(4401, 'The token is not valid.');
        this.receive(status({ event: 'connected', features: ['identity', 'ack'] }));
        setTimeout(
          () => this.drop(4401, 'The token has expired.'),
          expiries.get(token)! - Date.now(),
        );
      }, connectMs);
    }
  }
  const client = new ChatClient({
    baseUrl: 'https://chat.example.com',
    credentials: { username: 'ada', password: 's3cret' },
    fetch,
    WebSocket: SlowWebSocket,
  });
  onTestFinished(() => client.close());
  return { client, logins: () => expiries.size };
}

it('a socket survives tokens that expire sooner than minUptimeMs, while calls refresh them too', async () => {
  const { client } = shortLivedTokens();
  const states: SocketState[] = [];
  const socket = client.connect();
  socket.on('state', ({ state }) => states.push(state));
  let openChecks = 0;
  for (let second = 0; second < 120; second += 1) {
    void client.stats.messages().catch(() => undefined);
    await vi.advanceTimersByTimeAsync(700 + (second % 7) * 100);
    if (socket.state === 'open') openChecks += 1;
  }
  expect(states).not.toContain('closed');
  // One second of three is spent on connecting.
  expect(openChecks).toBeGreaterThan(40);
});

it('a socket closes when the backend rejects a token that has not expired, also a short-lived one', async () => {
  const { client, logins } = shortLivedTokens({ rejectsSockets: true });
  const socket = client.connect();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(socket.state).toBe('closed');
  expect(logins()).toBe(2);
});
