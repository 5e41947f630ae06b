import { ChatClient } from '@chat/client';
import { expect, it } from 'vitest';
import { ada, baseUrl, mock, openPanel } from './chat.js';

const minuteMs = 60_000;
const logins = () => mock.requests.filter(({ route }) => route === 'login').length;

// The mock's clock moves only when a test moves it, so no test has to wait.

it('refreshes expired tokens', async () => {
  const panel = await openPanel();

  mock.expireTokens();
  panel.send('Am I still logged in?');

  await expect.poll(panel.messages).toHaveLength(2);
  expect(logins()).toBe(2);
});

it('starts a new session the next morning', async () => {
  const panel = await openPanel();
  panel.send('Good night');
  await expect.poll(() => mock.messages('ada')).toHaveLength(2);

  mock.advance(10 * 60 * minuteMs);
  panel.send('Good morning');

  await expect.poll(() => mock.messages('ada')).toHaveLength(4);
  const sessions = new Set(mock.messages('ada').map(({ sessionId }) => sessionId));
  expect(sessions.size).toBe(2);
});

it('accepts the full rate limit again after a minute', async () => {
  const client = new ChatClient({ baseUrl, credentials: ada, retry: { maxWaitMs: 0 } });
  for (let i = 0; i < 60; i += 1) await client.chat.send(`Number ${i}`);

  mock.advance(minuteMs);

  await expect(client.chat.send('Number 60')).resolves.toMatchObject({ response: 'Number 60' });
  client.close();
});
