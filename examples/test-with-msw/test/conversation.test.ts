import { expect, it, vi } from 'vitest';
import { mock, openPanel } from './chat.js';

it('shows what is said and what is answered', async () => {
  mock.reply((message) => `You said ${message}`);
  const panel = await openPanel();

  panel.say('Hello');

  await vi.waitFor(() => expect(panel.said()).toEqual(['Hello', 'You said Hello']));
  expect(panel.typed()).toBe('');
});

it('shows an assistant that speaks first', async () => {
  const panel = await openPanel();

  await mock.push('ada', 'Are you there?');

  await vi.waitFor(() => expect(panel.said()).toEqual(['Are you there?']));
});

it('asks the backend for no more than it needs', async () => {
  const panel = await openPanel();
  panel.say('Hello');
  await vi.waitFor(() => expect(mock.messages('ada')).toHaveLength(2));

  const sent = mock.requests.filter(({ route }) => route === 'sendMessage');
  expect(sent).toMatchObject([{ username: 'ada', body: { message: 'Hello' }, status: 200 }]);
  expect(mock.requests.filter(({ route }) => route === 'login')).toHaveLength(1);
});
