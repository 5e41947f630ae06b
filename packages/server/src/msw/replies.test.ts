import { expect, it, vi } from 'vitest';
import { mockInNode } from './testing/mock-in-node.js';

const { mock, login, send, dial } = mockInNode();

it('repeats what it was told until it is told what to reply', async () => {
  const { response } = await send(await login(), 'Hello');
  expect(response).toContain('Hello');
});

it('replies with a text', async () => {
  mock.reply((message) => `You said ${message}`);
  expect((await send(await login(), 'Hello')).response).toBe('You said Hello');
});

it('replies with a text that comes later', async () => {
  mock.reply(async (message) => `You said ${message}`);
  expect((await send(await login(), 'Hello')).response).toBe('You said Hello');
});

it('replies in pieces, and streams them to a socket that asked for them', async () => {
  mock.reply(async function* () {
    yield 'Good ';
    yield 'morning';
  });
  const token = await login();
  const line = dial(token, '&stream=1');
  await line.next('connected');
  expect((await send(token, 'Hello')).response).toBe('Good morning');
  expect(await line.next('delta')).toMatchObject({ content: 'Good ' });
  expect(await line.next('delta')).toMatchObject({ content: 'morning' });
});

it('shows a reply who asks, what was said before, and when nobody waits any more', async () => {
  const seen: unknown[] = [];
  mock.reply((_message, { username, messages, signal }) => {
    seen.push({ username, said: messages.map(({ content }) => content), gone: signal.aborted });
    return 'Yes.';
  });
  const token = await login();
  await send(token, 'One');
  await send(token, 'Two');
  expect(seen).toEqual([
    { username: 'ada', said: ['One'], gone: false },
    { username: 'ada', said: ['One', 'Yes.', 'Two'], gone: false },
  ]);
});

it('uses the newest reply', async () => {
  const token = await login();
  mock.reply(() => 'old');
  mock.reply(() => 'new');
  expect((await send(token, 'Hello')).response).toBe('new');
});

it('is not told a text where a function is needed', () => {
  expect(() => mock.reply('Hello' as never)).toThrow(
    'A reply must be a function that makes it, such as () => "Hello".',
  );
});

it('answers 500 when a reply throws, tells the author of the test, and keeps the message', async () => {
  const told = vi.spyOn(console, 'warn').mockReturnValue();
  mock.reply(() => {
    throw new Error('a bug in the test');
  });
  const answer = await send(await login(), 'Hello');
  expect(answer.status).toBe(500);
  expect(answer.detail).not.toContain('a bug in the test');
  expect(told).toHaveBeenCalledWith(
    '[chat mock] The assistant gave no reply.',
    expect.objectContaining({ err: expect.objectContaining({ message: 'a bug in the test' }) }),
  );
  expect(mock.messages('ada').map(({ content }) => content)).toEqual(['Hello']);
});

it('lets the assistant speak first, on every socket and in the history', async () => {
  const token = await login();
  const line = dial(token);
  await line.next('connected');
  await mock.push('ada', 'Are you there?');
  expect(await line.next('message')).toMatchObject({
    role: 'assistant',
    content: 'Are you there?',
  });
  expect(mock.messages('ada')).toMatchObject([{ role: 'assistant', content: 'Are you there?' }]);
  expect(mock.messages('bob')).toEqual([]);
});

it('stores what is pushed before anybody has logged in', async () => {
  await mock.push('bob', 'Welcome');
  expect(mock.messages('bob')).toMatchObject([{ content: 'Welcome', status: 'sent' }]);
});

it('refuses to push what cannot be a message', async () => {
  await expect(mock.push('ada', '')).rejects.toThrow('A message');
});
