import { expect, it } from 'vitest';
import { ChatClient } from './client.js';
import { ScriptedServer } from './testing/scripted-server.js';
import { credentials, TinyBackend } from './testing/tiny-backend.js';

it('logs in, sends messages and logs out', async () => {
  const backend = new TinyBackend();
  await using server = await ScriptedServer.start(backend.script);
  const client = new ChatClient({ baseUrl: server.url, credentials });

  const { response, messages } = await client.chat.send('Hello');
  expect(response).toBe('You said Hello');
  expect(messages.map(({ content }) => content)).toEqual(['Hello', 'You said Hello']);
  expect((await client.stats.messages()).totalMessages).toBe(2);
  expect((await client.stats.chat()).satisfactionRate).toBe(4);
  await client.logout();

  expect(backend.valid.size).toBe(0);
  expect(server.to('/login').map(({ body }) => body)).toEqual([credentials]);
});
