import { expect, it } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1, 12);
const { mock, call, login, send, openSocket } = mockInNode({ now: start });

it('starts at the configured time and does not move', async () => {
  const token = await login();
  await send(token, 'One');
  await send(token, 'Two');
  const times = mock.messages('ada').map(({ timestamp }) => Date.parse(timestamp));
  expect(new Set(times)).toEqual(new Set([start]));
  mock.advance(1_500);
  await send(token, 'Three');
  expect(mock.messages('ada').at(-1)?.timestamp).toBe('2026-01-01T12:00:01.500Z');
});

it('a token expires after one hour', async () => {
  const token = await login();
  mock.advance(hour - 1);
  expect((await call('history', { token })).status).toBe(200);
  mock.advance(1);
  const response = await call('history', { token });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
});

it('closes a socket whose token expires', async () => {
  const client = openSocket(await login());
  await client.next('connected');
  mock.advance(hour);
  expect(await client.closed).toMatchObject({ code: 4401 });
});

it('the rate limit ends after a minute', async () => {
  const token = await login();
  for (let i = 0; i < 60; i += 1) expect((await send(token, `${i}`)).status).toBe(200);
  const rejected = await send(token, 'one too many');
  expect(rejected.status).toBe(429);
  const retryAfterSeconds = Number(rejected.headers.get('retry-after'));
  expect(retryAfterSeconds).toBe(60);
  mock.advance(retryAfterSeconds * 1000);
  expect((await send(token, 'again')).status).toBe(200);
});

it('starts a new session after half an hour without messages', async () => {
  const token = await login();
  await send(token, 'Good morning');
  mock.advance(31 * minute);
  await send(token, 'Good afternoon');
  const { sessions } = (await (await call('sessions', { token })).json()) as {
    sessions: unknown[];
  };
  expect(sessions).toHaveLength(2);
});

it('sends heartbeats to a quiet socket', async () => {
  const client = openSocket(await login());
  await client.next('connected');
  mock.advance(minute);
  expect(await client.next('heartbeat')).toMatchObject({ role: 'system' });
  expect(await client.next('heartbeat')).toMatchObject({ role: 'system' });
});

it('expireTokens() revokes every token immediately', async () => {
  const tokens = [await login(), await login('bob', 'hunter2')];
  const client = openSocket(tokens[0] as string);
  await client.next('connected');
  mock.expireTokens();
  expect(await client.closed).toMatchObject({ code: 4401 });
  for (const token of tokens) expect((await call('history', { token })).status).toBe(401);
  const newToken = await login();
  expect((await call('history', { token: newToken })).status).toBe(200);
  expect(await openSocket(newToken).next('connected')).toBeDefined();
});

it('expireTokens() closes a socket that is still connecting', async () => {
  const client = openSocket(await login());
  mock.expireTokens();
  expect(await client.closed).toMatchObject({ code: 4401 });
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('rejects an advance by %s', (ms) => {
  expect(() => mock.advance(ms)).toThrow(RangeError);
});
