import { ChatClient } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { describe, expect, it } from 'vitest';
import { ada, baseUrl, server } from './chat.js';

// Vitest runs each file in its own worker. Concurrent tests within one file need one mock each, and a
// boundary in which only their own handlers apply.
describe.concurrent('concurrent tests', () => {
  for (const name of ['Ada', 'Grace', 'Hedy']) {
    it(
      `${name} receives only the messages for ${name}`,
      server.boundary(async () => {
        const mock = createChatMock({ baseUrl, users: [ada] });
        server.use(...mock.handlers);
        mock.reply(() => `Hello, ${name}`);
        const client = new ChatClient({ baseUrl, credentials: ada });
        const socket = client.connect();

        const replies = [await socket.ask('Who am I?'), await socket.ask('And again?')];

        expect(replies.map(({ content }) => content)).toEqual([`Hello, ${name}`, `Hello, ${name}`]);
        expect(mock.messages('ada')).toHaveLength(4);
        expect(mock.sockets('ada')).toHaveLength(1);
        client.close();
      }),
    );
  }
});
