import { ChatClient } from '@chat/client';
import { expect, it, vi } from 'vitest';
import { ada, baseUrl, mock, openPanel } from './chat.js';

const minute = 60_000;
const logins = () => mock.requests.filter(({ route }) => route === 'login').length;

// The mock's clock stands still until a test moves it. No test here waits.

it('goes on when all tokens expire', async () => {
  const panel = await openPanel();

  mock.expireTokens();
  panel.say('Am I still logged in?');

  await vi.waitFor(() => expect(panel.said()).toHaveLength(2));
  expect(logins()).toBe(2);
});

it('goes on the next morning', async () => {
  const panel = await openPanel();
  panel.say('Good night');
  await vi.waitFor(() => expect(mock.messages('ada')).toHaveLength(2));

  mock.advance(10 * 60 * minute);
  panel.say('Good morning');

  await vi.waitFor(() => expect(mock.messages('ada')).toHaveLength(4));
  const sessions = new Set(mock.messages('ada').map(({ sessionId }) => sessionId));
  expect(sessions.size).toBe(2);
});

it('gives the whole allowance back after a minute', async () => {
  const client = new ChatClient({ baseUrl, credentials: ada, retry: { maxWaitMs: 0 } });
  for (let i = 0; i < 60; i += 1) await client.chat.send(`Number ${i}`);

  mock.advance(minute);

  await expect(client.chat.send('Number 60')).resolves.toMatchObject({ response: 'Number 60' });
  client.close();
});
