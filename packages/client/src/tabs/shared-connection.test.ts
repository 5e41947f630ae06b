import { expect, it } from 'vitest';
import { frame, message, status } from '../socket/testing/harness.js';
import { ScriptedWebSocket } from '../socket/testing/scripted-web-socket.js';
import type { MessageFromLeader } from './messages.js';
import { SharedConnection } from './shared-connection.js';

const greeting = status({ event: 'connected', features: ['identity', 'ack'], timestamp: '10:00' });

function connection() {
  const posted: MessageFromLeader[] = [];
  const webSocket = new ScriptedWebSocket('wss://chat.example.com/ws/chat');
  const shared = new SharedConnection(webSocket, {
    post: (message) => posted.push(message),
    onOpen: () => {},
    onEnd: () => {},
  });
  /** The frames for this socket since the last call. */
  const received = (socket: string) =>
    posted
      .splice(0)
      .flatMap((message) =>
        message.type === 'frame' && (message.to ?? socket) === socket && message.except !== socket
          ? [JSON.parse(message.text)]
          : [],
      );
  return { shared, webSocket, posted, received };
}

it('a socket that is attached later receives the greeting, with the time of the last frame', () => {
  const { shared, webSocket, received, posted } = connection();
  shared.attach('a');
  webSocket.open();
  webSocket.receive(greeting);
  webSocket.receive(frame(message('user', 'Hi', { timestamp: '10:05' })));
  received('a');
  shared.attach('b');
  expect(posted[0]).toEqual({ type: 'opened', connection: shared.id, to: 'b' });
  expect(received('b')).toEqual([{ ...greeting, data: { ...greeting.data, timestamp: '10:05' } }]);
});

it('a socket that is attached during a reply receives the text so far as one delta', () => {
  const { shared, webSocket, received } = connection();
  const delta = (content: string, offset: number) =>
    webSocket.receive(status({ event: 'delta', id: 'r1', role: 'assistant', content, offset }));
  shared.attach('a');
  webSocket.open();
  delta('Good ', 0);
  delta('morn', 5);
  received('a');
  shared.attach('b');
  expect(received('b')).toMatchObject([
    { type: 'status', data: { event: 'delta', id: 'r1', content: 'Good morn', offset: 0 } },
  ]);
  delta('ing.', 9);
  webSocket.receive(frame(message('assistant', 'Good morning.', { id: 'r1' })));
  received('a');
  shared.attach('c');
  expect(received('c')).toEqual([]);
});

it('a rate limit and an error reach only the tab that sent the frame', () => {
  const { shared, webSocket, posted } = connection();
  shared.attach('a');
  shared.attach('b');
  webSocket.open();
  shared.send('a', JSON.stringify({ type: 'message', content: 'Hi', id: 'f1' }));
  shared.send('b', JSON.stringify({ type: 'message', content: 'Ho', id: 'f2' }));
  posted.splice(0);
  webSocket.receive(status({ event: 'rate_limited', retryAfterMs: 1000, id: 'f2' }));
  webSocket.receive(status({ event: 'error', id: 'f1' }));
  webSocket.receive(status({ event: 'error' }));
  expect(posted).toMatchObject([{ to: 'b' }, { to: 'a' }, { to: undefined }]);
});

it('a read receipt reaches the server and the other tabs', () => {
  const { shared, webSocket, received } = connection();
  shared.attach('a');
  shared.attach('b');
  webSocket.open();
  received('a');
  shared.send('a', JSON.stringify({ type: 'read', id: 'm1' }));
  expect(webSocket.sent).toEqual([{ type: 'read', id: 'm1' }]);
  expect(received('b')).toMatchObject([{ type: 'status', data: { event: 'read', id: 'm1' } }]);
  shared.send('a', JSON.stringify({ type: 'read', id: 'm2' }));
  expect(received('a')).toEqual([]);
});

it('ends its sockets once, whatever the WebSocket reports, and sends nothing afterwards', () => {
  const { shared, webSocket, posted } = connection();
  shared.attach('a');
  webSocket.open();
  posted.splice(0);
  webSocket.drop(4429, 'Too many.');
  webSocket.fail();
  webSocket.receive(greeting);
  shared.send('a', '{}');
  expect(posted).toEqual([{ type: 'closed', to: ['a'], code: 4429, reason: 'Too many.' }]);
  expect(webSocket.sent).toEqual([]);
});

it('ignores frames of a socket that is not attached', () => {
  const { shared, webSocket } = connection();
  webSocket.open();
  shared.send('a', JSON.stringify({ type: 'message', content: 'Hi' }));
  expect(webSocket.sent).toEqual([]);
});
