import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { useChat } from './use-chat.js';

function Chat({ client }: { client: ChatClient }) {
  const { messages, connection, history, send } = useChat(client);
  return [messages.length, connection.state, history.isLoading, typeof send].join(' ');
}

it('renders on a server without a connection', () => {
  const fetch = vi.fn();
  const WebSocket = vi.fn();
  const client = new ChatClient({
    baseUrl: 'https://chat.example.com',
    token: 't',
    fetch,
    WebSocket: WebSocket as never,
  });
  const connect = vi.spyOn(client, 'connect');
  expect(renderToString(createElement(Chat, { client }))).toBe('0 connecting true function');
  expect([connect, fetch, WebSocket].map(({ mock }) => mock.calls)).toEqual([[], [], []]);
});
