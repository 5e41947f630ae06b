import { expect, it } from 'vitest';
import { mock, openPanel } from './chat.js';

it('shows the message and the reply', async () => {
  mock.reply((message) => `You said ${message}`);
  const panel = await openPanel();

  panel.send('Hello');

  await expect.poll(panel.messages).toEqual(['Hello', 'You said Hello']);
  expect(panel.input()).toBe('');
});

it('shows a message that the assistant sends without a question', async () => {
  const panel = await openPanel();

  await mock.push('ada', 'Are you there?');

  await expect.poll(panel.messages).toEqual(['Are you there?']);
});

it('sends no unnecessary requests', async () => {
  const panel = await openPanel();
  panel.send('Hello');
  await expect.poll(() => mock.messages('ada')).toHaveLength(2);

  const sent = mock.requests.filter(({ route }) => route === 'sendMessage');
  expect(sent).toMatchObject([{ username: 'ada', body: { message: 'Hello' }, status: 200 }]);
  expect(mock.requests.filter(({ route }) => route === 'login')).toHaveLength(1);
});
