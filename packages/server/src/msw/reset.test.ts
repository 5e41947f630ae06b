import { expect, it, vi } from 'vitest';
import { onItsWayIn } from './testing/caller.js';
import { mockInNode } from './testing/mock-in-node.js';

const start = Date.UTC(2026, 0, 1);
const { mock, call, login, send, dial } = mockInNode({ now: start });

it('forgets messages, calls, faults, replies and how late it is', async () => {
  mock.reply(() => 'old');
  await send(await login(), 'Hello');
  mock.fail('history', { status: 500 });
  mock.rateLimit('sendMessage', { retryAfter: 9 });
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

it('gives allowances back', async () => {
  for (let i = 0; i < 5; i += 1) await login();
  expect(await login()).toBeUndefined();
  mock.reset();
  expect(await login()).toEqual(expect.any(String));
});

it('knows no token from before', async () => {
  const token = await login();
  mock.reset();
  expect((await call('history', { token })).status).toBe(401);
  expect(await dial(token).closed).toMatchObject({ code: 4401 });
  expect(mock.requests[0]).not.toHaveProperty('username');
});

it('ends open sockets for good', async () => {
  const line = dial(await login());
  await line.next('connected');
  mock.reset();
  expect(await line.closed).toMatchObject({ code: 1000, reason: 'The mock was reset.' });
});

it('ends a socket that is still on its way in', async () => {
  const line = dial(await login());
  await onItsWayIn();
  mock.reset();
  expect(await line.closed).toMatchObject({ code: 1000 });
  expect(mock.sockets('ada')).toEqual([]);
});

it('leaves a call that is under way to the world it came from', async () => {
  let answer = (_text: string): void => {};
  const asked = new Promise<void>((resolve) => {
    mock.reply(() => {
      resolve();
      return new Promise((said) => {
        answer = said;
      });
    });
  });
  const sent = send(await login(), 'From the test before');
  await asked;
  mock.reset();
  mock.reply(() => 'the reply of this test');
  answer('the reply of the test before');
  expect(await sent).toMatchObject({ status: 200, response: 'the reply of the test before' });
  expect(mock.messages('ada')).toEqual([]);
  expect(mock.requests).toEqual([]);
});

it('aborts a reply under way, which nobody waits for any more', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const asked = new Promise<void>((resolve) => {
    mock.reply((_message, { signal }) => {
      resolve();
      return new Promise((_said, fail) => {
        signal.addEventListener('abort', () => fail(new Error('given up')));
      });
    });
  });
  const sent = send(await login(), 'Hello');
  await asked;
  mock.reset();
  expect(await sent).toMatchObject({ status: 500 });
  warned.mockRestore();
});

it('keeps calls that queue behind one under way from the replies of the next test', async () => {
  let answer = (_text: string): void => {};
  const asked = new Promise<void>((resolve) => {
    mock.reply((message) => {
      if (message !== 'first') return 'the old reply';
      resolve();
      return new Promise((said) => {
        answer = said;
      });
    });
  });
  const token = await login();
  const first = send(token, 'first');
  await asked;
  const second = send(token, 'second');
  mock.reset();
  const asks: string[] = [];
  mock.reply((message) => {
    asks.push(message);
    return 'the new reply';
  });
  answer('at last');
  expect((await first).response).toBe('at last');
  await second;
  expect(asks).toEqual([]);
});

it('shows users at once, before any of them has logged in', () => {
  mock.reset();
  expect(mock.messages('bob')).toEqual([]);
  expect(mock.sockets('bob')).toEqual([]);
});
