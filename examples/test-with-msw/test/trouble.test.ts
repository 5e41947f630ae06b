import { expect, it, vi } from 'vitest';
import { mock, openPanel } from './chat.js';

it('says how long to wait when the user is too fast, and keeps the words', async () => {
  const panel = await openPanel();
  mock.rateLimit('sendMessage', { retryAfter: 30, times: 1 });

  panel.say('Hello, hello, hello');

  await vi.waitFor(() => expect(panel.alert()).toBe('Too many messages: try again in 30 s.'));
  expect(panel.typed()).toBe('Hello, hello, hello');
});

it('says so when a message could not be sent', async () => {
  const panel = await openPanel();
  mock.fail('sendMessage', { status: 500 });

  panel.say('Hello');

  await vi.waitFor(() => expect(panel.alert()).toBe('That was not sent. Try again?'));
  expect(mock.messages('ada')).toEqual([]);
});

it('sends once although the first answer got lost', async () => {
  const panel = await openPanel();
  mock.fail('sendMessage', { network: true, afterwards: true, times: 1 });

  panel.say('Just once');

  await vi.waitFor(() => expect(panel.said()).toHaveLength(2));
  await vi.waitFor(() => expect(panel.typed()).toBe(''));
  expect(mock.messages('ada').filter(({ role }) => role === 'user')).toHaveLength(1);
});
