import { channel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NodeTcpSocket } from './node-tcp-socket.js';

const requestCreated = channel('undici:request:create');
const headersSent = channel('undici:client:sendHeaders');
const url = 'ws://chat.example.com/ws/chat?token=t';

function request(path = '/ws/chat?token=t', upgrade: string | null = 'websocket') {
  return { path, upgrade };
}

function socket() {
  return Object.assign(new EventEmitter(), { destroy: vi.fn() });
}

test('two connections to one URL each destroy their own socket', () => {
  const [first, second] = [new NodeTcpSocket(url), new NodeTcpSocket(url)];
  const otherRequests = [request('/ws/chat?token=other'), request('/ws/chat?token=t', null)];
  const ownRequest = [request(), request()];
  for (const each of [...otherRequests, ...ownRequest]) requestCreated.publish({ request: each });
  const [unrelated, one, two] = [socket(), socket(), socket()];
  headersSent.publish({ request: otherRequests[0], socket: unrelated });
  headersSent.publish({ request: ownRequest[1], socket: two });
  headersSent.publish({ request: ownRequest[0], socket: one });

  second.close(true);
  expect([unrelated, one, two].map(({ destroy }) => destroy.mock.calls.length)).toEqual([0, 0, 1]);
  first.close(true);
  expect(one.destroy).toHaveBeenCalledOnce();
  expect(requestCreated.hasSubscribers || headersSent.hasSubscribers).toBe(false);
});

test('destroys the socket a second after the close frame if the peer does not answer', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const [responsive, unresponsive] = [socket(), socket()];
  for (const each of [responsive, unresponsive]) {
    const tcpSocket = new NodeTcpSocket(url);
    const ownRequest = request();
    requestCreated.publish({ request: ownRequest });
    headersSent.publish({ request: ownRequest, socket: each });
    tcpSocket.close(false);
  }
  responsive.emit('close');
  vi.advanceTimersByTime(1000);
  expect(responsive.destroy).not.toHaveBeenCalled();
  expect(unresponsive.destroy).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('listens only during the handshake, and never destroys a shared HTTP/2 connection', () => {
  const tcpSocket = new NodeTcpSocket(url);
  const ownRequest = request();
  requestCreated.publish({ request: ownRequest });
  const shared = Object.assign(socket(), { alpnProtocol: 'h2' });
  headersSent.publish({ request: ownRequest, socket: shared });
  expect(requestCreated.hasSubscribers || headersSent.hasSubscribers).toBe(false);
  tcpSocket.close(true);
  expect(shared.destroy).not.toHaveBeenCalled();
  new NodeTcpSocket(url).stopSearching();
  expect(requestCreated.hasSubscribers || headersSent.hasSubscribers).toBe(false);
});
