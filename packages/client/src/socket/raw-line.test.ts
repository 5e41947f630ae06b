import { channel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RawLine } from './raw-line.js';

const created = channel('undici:request:create');
const sent = channel('undici:client:sendHeaders');
const url = 'ws://chat.example.com/ws/chat?token=t';

function request(path = '/ws/chat?token=t', upgrade: string | null = 'websocket') {
  return { path, upgrade };
}

function socket() {
  return Object.assign(new EventEmitter(), { destroy: vi.fn() });
}

test('two dials of one URL each end their own socket', () => {
  const [first, second] = [new RawLine(url), new RawLine(url)];
  const others = [request('/ws/chat?token=other'), request('/ws/chat?token=t', null)];
  const own = [request(), request()];
  for (const each of [...others, ...own]) created.publish({ request: each });
  const [stranger, one, two] = [socket(), socket(), socket()];
  sent.publish({ request: others[0], socket: stranger });
  sent.publish({ request: own[1], socket: two });
  sent.publish({ request: own[0], socket: one });

  second.end(true);
  expect([stranger, one, two].map(({ destroy }) => destroy.mock.calls.length)).toEqual([0, 0, 1]);
  first.end(true);
  expect(one.destroy).toHaveBeenCalledOnce();
  expect(created.hasSubscribers || sent.hasSubscribers).toBe(false);
});

test('a peer has a second to answer our goodbye, and is cut then', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const [polite, deaf] = [socket(), socket()];
  for (const each of [polite, deaf]) {
    const line = new RawLine(url);
    const own = request();
    created.publish({ request: own });
    sent.publish({ request: own, socket: each });
    line.end(false);
  }
  polite.emit('close');
  vi.advanceTimersByTime(1000);
  expect(polite.destroy).not.toHaveBeenCalled();
  expect(deaf.destroy).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test('listens no longer than the dial takes, and leaves HTTP/2 to those who share it', () => {
  const line = new RawLine(url);
  const own = request();
  created.publish({ request: own });
  const shared = Object.assign(socket(), { alpnProtocol: 'h2' });
  sent.publish({ request: own, socket: shared });
  expect(created.hasSubscribers || sent.hasSubscribers).toBe(false);
  line.end(true);
  expect(shared.destroy).not.toHaveBeenCalled();
  new RawLine(url).stop();
  expect(created.hasSubscribers || sent.hasSubscribers).toBe(false);
});
