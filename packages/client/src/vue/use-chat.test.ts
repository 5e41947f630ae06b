import { describe, expect, it, vi } from 'vitest';
import { createSSRApp, effectScope, h, nextTick, ref, watchEffect } from 'vue';
import { renderToString } from 'vue/server-renderer';
import { ChatClient } from '../client.js';
import { message } from '../socket/testing/harness.js';
import { createTestBackend } from '../store/testing/test-backend.js';
import { useChat } from './use-chat.js';

it('renders on a server without a connection', async () => {
  const fetch = vi.fn();
  const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 't', fetch });
  const connect = vi.spyOn(client, 'connect');
  const app = createSSRApp({
    setup() {
      const { messages, connection, history, send } = useChat(client);
      return () =>
        h(
          'p',
          [
            messages.value.length,
            connection.value.state,
            history.value.isLoading,
            typeof send,
          ].join(' '),
        );
    },
  });
  expect(await renderToString(app)).toBe('<p>0 connecting true function</p>');
  expect([connect, fetch].map(({ mock }) => mock.calls)).toEqual([[], []]);
});

describe('in an effect scope', () => {
  it('has refs that follow the conversation, and closes the socket with its scope', async () => {
    const { client, stored, acceptConnection, storeAndPush, settle, connection } =
      createTestBackend();
    stored.push(message('user', 'One'));
    const scope = effectScope();
    const seen: string[] = [];
    const chat = scope.run(() => useChat(client))!;
    scope.run(() =>
      watchEffect(() => seen.push(chat.messages.value.map(({ content }) => content).join(' '))),
    );
    await acceptConnection();
    void chat.send('Two');
    await nextTick();
    expect(chat.outgoing.value).toMatchObject([{ content: 'Two', state: 'sending' }]);
    await storeAndPush(message('user', 'Two', { clientId: connection().sent[0]!.id }));
    expect(chat.outgoing.value).toEqual([]);
    expect(chat.connection.value).toEqual({ state: 'open' });
    expect(seen).toEqual(['', 'One', 'One Two']);
    scope.stop();
    await settle();
    expect(connection().closedWith).toBe(1000);
  });

  it('follows a ref of the client, and leaves the conversation of the previous one', async () => {
    const ada = createTestBackend();
    const bob = createTestBackend();
    ada.stored.push(message('user', 'I am Ada'));
    bob.stored.push(message('user', 'I am Bob'));
    // A deep ref: the client in it is a proxy.
    const client = ref(ada.client) as { value: unknown } as { value: ChatClient };
    const scope = effectScope();
    const { messages, send } = scope.run(() => useChat(() => client.value))!;
    await ada.acceptConnection();
    expect(messages.value).toMatchObject([{ content: 'I am Ada' }]);
    client.value = bob.client;
    expect(messages.value).toEqual([]);
    await bob.acceptConnection();
    expect(messages.value).toMatchObject([{ content: 'I am Bob' }]);
    expect(ada.connection().closedWith).toBe(1000);
    void send('Hello');
    expect(bob.connection().contents).toEqual(['Hello']);
    scope.stop();
  });
});
