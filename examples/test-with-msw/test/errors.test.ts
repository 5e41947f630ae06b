import { expect, it } from 'vitest';
import { mock, openPanel } from './chat.js';

it('shows the wait time of a rate limit, and keeps the text in the input', async () => {
  const panel = await openPanel();
  mock.rateLimit('sendMessage', { retryAfterSeconds: 30, times: 1 });

  panel.send('Hello, hello, hello');

  await expect.poll(panel.alert).toBe('Too many messages. Try again in 30 s.');
  expect(panel.input()).toBe('Hello, hello, hello');
});

it('shows that a message was not sent', async () => {
  const panel = await openPanel();
  mock.fail('sendMessage', { status: 500 });

  panel.send('Hello');

  await expect.poll(panel.alert).toBe('The message was not sent. Try again.');
  expect(mock.messages('ada')).toEqual([]);
});

it('stores a message once if the first response is lost', async () => {
  const panel = await openPanel();
  mock.fail('sendMessage', { network: true, afterProcessing: true, times: 1 });

  panel.send('Just once');

  await expect.poll(panel.messages).toHaveLength(2);
  await expect.poll(panel.input).toBe('');
  expect(mock.messages('ada').filter(({ role }) => role === 'user')).toHaveLength(1);
});
