import { ChatClient } from '@chat/client';
import { createChatMock } from '@chat/server/msw';
import { describe, expect, it } from 'vitest';
import { ada, baseUrl, server } from './chat.js';

// Files run in workers of their own and need nothing for it. Tests of one file that run at the same
// time take a mock each, and a boundary, within which only their own handlers count.
describe.concurrent('tests that run at the same time', () => {
  for (const name of ['Ada', 'Grace', 'Hedy']) {
    it(
      `${name} hears only what ${name} is told`,
      server.boundary(async () => {
        const mock = createChatMock({ baseUrl, users: [ada] });
        server.use(...mock.handlers);
        mock.reply(() => `Hello, ${name}`);
        const client = new ChatClient({ baseUrl, credentials: ada });
        const socket = client.connect();

        const heard = [await socket.ask('Who am I?'), await socket.ask('And again?')];

        expect(heard.map(({ content }) => content)).toEqual([`Hello, ${name}`, `Hello, ${name}`]);
        expect(mock.messages('ada')).toHaveLength(4);
        expect(mock.sockets('ada')).toHaveLength(1);
        client.close();
      }),
    );
  }
});
