import { expect, it } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 0, 1, 12);
const { mock, call, login, send, dial } = mockInNode({ now: start });

it('begins at the moment it was given and stands still', async () => {
  const token = await login();
  await send(token, 'One');
  await send(token, 'Two');
  const times = mock.messages('ada').map(({ timestamp }) => Date.parse(timestamp));
  expect(new Set(times)).toEqual(new Set([start]));
  mock.advance(1_500);
  await send(token, 'Three');
  expect(mock.messages('ada').at(-1)?.timestamp).toBe('2026-01-01T12:00:01.500Z');
});

it('lets a token expire after its hour', async () => {
  const token = await login();
  mock.advance(hour - 1);
  expect((await call('history', { token })).status).toBe(200);
  mock.advance(1);
  const answer = await call('history', { token });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

it('closes a socket whose token expires', async () => {
  const line = dial(await login());
  await line.next('connected');
  mock.advance(hour);
  expect(await line.closed).toMatchObject({ code: 4401 });
});

it('gives the allowance back after a minute', async () => {
  const token = await login();
  for (let i = 0; i < 60; i += 1) expect((await send(token, `${i}`)).status).toBe(200);
  const refused = await send(token, 'one too many');
  expect(refused.status).toBe(429);
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBe(60);
  mock.advance(wait * 1000);
  expect((await send(token, 'again')).status).toBe(200);
});

it('begins a new session after half an hour of silence', async () => {
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
  const line = dial(await login());
  await line.next('connected');
  mock.advance(minute);
  expect(await line.next('heartbeat')).toMatchObject({ role: 'system' });
  expect(await line.next('heartbeat')).toMatchObject({ role: 'system' });
});

it('ends every token at once, without a wait', async () => {
  const tokens = [await login(), await login('bob', 'hunter2')];
  const line = dial(tokens[0] as string);
  await line.next('connected');
  mock.expireTokens();
  expect(await line.closed).toMatchObject({ code: 4401 });
  for (const token of tokens) expect((await call('history', { token })).status).toBe(401);
  const fresh = await login();
  expect((await call('history', { token: fresh })).status).toBe(200);
  expect(await dial(fresh).next('connected')).toBeDefined();
});

it('ends the token of a socket that is just being let in', async () => {
  const line = dial(await login());
  mock.expireTokens();
  expect(await line.closed).toMatchObject({ code: 4401 });
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('does not move by %s', (ms) => {
  expect(() => mock.advance(ms)).toThrow(RangeError);
});
