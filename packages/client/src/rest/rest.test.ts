import { expect, it } from 'vitest';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { skipWaits } from '../testing/skip-waits.js';
import { ChatClient, isChatError } from './index.js';

const credentials = { username: 'ada', password: 's3cret' };
const stats = { body: { todayMessages: 1, totalMessages: 2, avgMessagesPerChat: 3 } };
const reply = {
  response: 'Hi',
  messages: [{ role: 'user', content: 'Hello', timestamp: '2026-01-01T00:00:00.000Z' }],
};

it('has no sockets', () => {
  expect('connect' in new ChatClient({ baseUrl: 'https://chat.example.com' })).toBe(false);
});

it('logs in, replaces a token that the backend rejects, and logs out', async () => {
  let logins = 0;
  await using server = await ScriptedServer.start(({ path, token }) => {
    if (path === '/login') return { body: { access_token: `t${++logins}`, token_type: 'bearer' } };
    if (path === '/logout') return { body: { message: 'Successfully logged out' } };
    return token === 't1' ? { status: 401, body: { detail: 'Expired.' } } : { body: reply };
  });
  const changes: string[] = [];
  const client = new ChatClient({ baseUrl: server.url, credentials });
  client.onAuthChange(({ reason }) => changes.push(reason));
  expect((await client.chat.send('Hello')).response).toBe('Hi');
  expect(server.to('/chat').map(({ token }) => token)).toEqual(['t1', 't2']);
  expect(await client.logout()).toEqual({ message: 'Successfully logged out' });
  expect(changes.at(-1)).toBe('logout');
});

it('retries after transient errors, rate limits and lost connections', async () => {
  const { hooks, retries } = skipWaits();
  const reactions = [
    { status: 503 },
    { status: 429, headers: { 'retry-after': '1' } },
    'cut' as const,
    stats,
  ];
  await using server = await ScriptedServer.start(() => reactions.shift() ?? stats);
  const client = new ChatClient({ baseUrl: server.url, token: 't', hooks });
  expect((await client.stats.messages()).totalMessages).toBe(2);
  expect(retries).toHaveLength(3);
});

it('rejects like the other client: without a response, with an invalid one, aborted, closed', async () => {
  await using server = await ScriptedServer.start(() => ({ body: { total: 'many' } }));
  const options = { baseUrl: server.url, token: 't', retry: { limit: 0 } };
  const client = new ChatClient(options);
  expect(isChatError(await errorOf(client.stats.messages()), 'invalid_response')).toBe(true);
  const signal = AbortSignal.abort();
  expect(isChatError(await errorOf(client.stats.messages({ signal })), 'aborted')).toBe(true);
  server.script(() => 'cut');
  expect(isChatError(await errorOf(client.stats.messages()), 'connection_failed')).toBe(true);
  await client.close();
  expect(isChatError(await errorOf(client.stats.messages()), 'client_closed')).toBe(true);
});

it('does not send its token to the target of a redirect to another origin', async () => {
  await using other = await ScriptedServer.start(() => stats);
  await using server = await ScriptedServer.start(() => ({
    status: 307,
    headers: { location: `${other.url}/api/v1/stats/messages` },
  }));
  const client = new ChatClient({ baseUrl: server.url, token: 't', retry: { limit: 0 } });
  expect(isChatError(await errorOf(client.stats.messages()))).toBe(true);
  expect(other.requests).toEqual([]);
});
