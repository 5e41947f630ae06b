import { expect, it, vi } from 'vitest';
import { untilConnecting } from './testing/caller.js';
import { mockInNode } from './testing/mock-in-node.js';

const start = Date.UTC(2026, 0, 1);
const { mock, call, login, send, openSocket } = mockInNode({ now: start });

it('removes messages, requests, faults and replies, and resets the clock', async () => {
  mock.reply(() => 'old');
  await send(await login(), 'Hello');
  mock.fail('history', { status: 500 });
  mock.rateLimit('sendMessage', { retryAfterSeconds: 9 });
  mock.advance(86_400_000);
  mock.reset();

  expect(mock.messages('ada')).toEqual([]);
  expect(mock.requests).toEqual([]);
  expect(mock.sockets('ada')).toEqual([]);
  const token = await login();
  expect((await call('history', { token })).status).toBe(200);
  expect((await send(token, 'Hello')).response).not.toBe('old');
  expect(Date.parse(mock.messages('ada')[0]?.timestamp ?? '')).toBe(start);
});

it('resets the rate limits', async () => {
  for (let i = 0; i < 5; i += 1) await login();
  expect(await login()).toBeUndefined();
  mock.reset();
  expect(await login()).toEqual(expect.any(String));
});

it('rejects tokens that were issued before', async () => {
  const token = await login();
  mock.reset();
  expect((await call('history', { token })).status).toBe(401);
  expect(await openSocket(token).closed).toMatchObject({ code: 4401 });
  expect(mock.requests[0]).not.toHaveProperty('username');
});

it('closes open sockets with 1000', async () => {
  const client = openSocket(await login());
  await client.next('connected');
  mock.reset();
  expect(await client.closed).toMatchObject({ code: 1000, reason: 'The mock was reset.' });
});

it('closes a socket that is still connecting', async () => {
  const client = openSocket(await login());
  await untilConnecting();
  mock.reset();
  expect(await client.closed).toMatchObject({ code: 1000 });
  expect(mock.sockets('ada')).toEqual([]);
});

it('a request in progress does not affect the next test', async () => {
  let finishReply = (_text: string): void => {};
  const replyStarted = new Promise<void>((resolve) => {
    mock.reply(() => {
      resolve();
      return new Promise((resolveReply) => {
        finishReply = resolveReply;
      });
    });
  });
  const sent = send(await login(), 'From the test before');
  await replyStarted;
  mock.reset();
  mock.reply(() => 'the reply of this test');
  finishReply('the reply of the test before');
  expect(await sent).toMatchObject({ status: 200, response: 'the reply of the test before' });
  expect(mock.messages('ada')).toEqual([]);
  expect(mock.requests).toEqual([]);
});

it('aborts a reply in progress', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const replyStarted = new Promise<void>((resolve) => {
    mock.reply((_message, { signal }) => {
      resolve();
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
    });
  });
  const sent = send(await login(), 'Hello');
  await replyStarted;
  mock.reset();
  expect(await sent).toMatchObject({ status: 500 });
  warn.mockRestore();
});

it('queued requests do not call the reply function of the next test', async () => {
  let finishReply = (_text: string): void => {};
  const replyStarted = new Promise<void>((resolve) => {
    mock.reply((message) => {
      if (message !== 'first') return 'the old reply';
      resolve();
      return new Promise((resolveReply) => {
        finishReply = resolveReply;
      });
    });
  });
  const token = await login();
  const first = send(token, 'first');
  await replyStarted;
  const second = send(token, 'second');
  mock.reset();
  const receivedMessages: string[] = [];
  mock.reply((message) => {
    receivedMessages.push(message);
    return 'the new reply';
  });
  finishReply('at last');
  expect((await first).response).toBe('at last');
  await second;
  expect(receivedMessages).toEqual([]);
});

it('knows all users before the first login', () => {
  mock.reset();
  expect(mock.messages('bob')).toEqual([]);
  expect(mock.sockets('bob')).toEqual([]);
});
