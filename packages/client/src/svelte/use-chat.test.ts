import { get } from 'svelte/store';
import { expect, it } from 'vitest';
import { message } from '../socket/testing/harness.js';
import { createTestBackend } from '../store/testing/test-backend.js';
import { useChat } from './use-chat.js';

it('is a store: calls the subscriber at once and after each change, until it unsubscribes', async () => {
  const { client, stored, acceptConnection, settle, connection } = createTestBackend();
  stored.push(message('user', 'One'));
  const seen: string[] = [];
  const unsubscribe = useChat(client).subscribe(({ messages, connection: { state } }) =>
    seen.push([state, ...messages.map(({ content }) => content)].join(' ')),
  );
  expect(seen).toEqual(['connecting']);
  await acceptConnection();
  expect(seen.at(-1)).toBe('open One');
  unsubscribe();
  const { length } = seen;
  await settle();
  expect(connection().closedWith).toBe(1000);
  expect(seen).toHaveLength(length);
});

it('opens no socket for a value that is read once, as on a server', async () => {
  const { client, sockets, settle } = createTestBackend();
  const chat = useChat(client);
  expect(get(chat).connection).toEqual({ state: 'connecting' });
  expect([chat.messages, chat.reply, chat.history.isLoading]).toEqual([[], undefined, true]);
  await settle();
  expect(sockets).toEqual([]);
});

it('shares the conversation of its client, with properties that are up to date', async () => {
  const { client, mount, acceptConnection, connection } = createTestBackend();
  const { send, ...chat } = useChat(client);
  mount();
  await acceptConnection();
  expect(useChat(client).connection).toEqual({ state: 'open' });
  void send('Hello');
  expect(connection().contents).toEqual(['Hello']);
  expect(useChat(client).outgoing).toMatchObject([{ content: 'Hello' }]);
  expect(Object.keys(chat)).toContain('messages');
});
