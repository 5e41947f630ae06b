import { expect, onTestFinished, test, vi } from 'vitest';
import { ConnectionError } from '../../errors/call-errors.js';
import { harness } from '../testing/harness.js';
import { ScriptedWebSocket } from '../testing/scripted-web-socket.js';

const offline = () => new ConnectionError('No response.');

/**
 * A browser without a network, in which WebSockets behave as in Firefox: after each failure of a host, the next attempt
 * is delayed, by 1.5 times more each time and at most a minute. A closed attempt does not count.
 */
function firefox() {
  let isOnline = true;
  let failedAt = Number.NEGATIVE_INFINITY;
  let delayMs = 200;
  const scope = new EventTarget();
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const webSockets: ScriptedWebSocket[] = [];
  const openWebSocket = (url: string) => {
    const webSocket = new ScriptedWebSocket(url);
    webSockets.push(webSocket);
    const attempt = () => {
      if (webSocket.readyState !== 0) return;
      if (isOnline) {
        delayMs = 200;
        return webSocket.open();
      }
      failedAt = Date.now();
      delayMs = Math.min(delayMs * 1.5, 60_000);
      webSocket.fail();
    };
    setTimeout(attempt, Math.max(0, failedAt + delayMs - Date.now()));
    return webSocket;
  };
  const checkToken = vi.fn(async () => (isOnline ? undefined : Promise.reject(offline())));
  const test = harness({}, { openWebSocket, checkToken, random: () => 0.5 });
  return {
    ...test,
    webSockets,
    checkToken,
    goOffline() {
      isOnline = false;
      webSockets.at(-1)?.drop(1006);
    },
    goOnline() {
      isOnline = true;
      scope.dispatchEvent(new Event('online'));
    },
  };
}

test('reconnects soon after an hour without a network, also where failed WebSockets delay the next ones', async () => {
  const { socket, webSockets, goOffline, goOnline } = firefox();
  await vi.advanceTimersByTimeAsync(5000);
  expect(socket.state).toBe('open');
  goOffline();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(webSockets).toHaveLength(2);
  goOnline();
  await vi.advanceTimersByTimeAsync(2000);
  expect(socket.state).toBe('open');
});

test('opens a WebSocket when the backend responds, whatever the response is', async () => {
  const { socket, webSockets, goOffline, goOnline, checkToken } = firefox();
  await vi.advanceTimersByTimeAsync(5000);
  goOffline();
  await vi.advanceTimersByTimeAsync(60_000);
  checkToken.mockRejectedValue(Object.assign(new Error('Internal error.'), { status: 500 }));
  goOnline();
  await vi.advanceTimersByTimeAsync(2000);
  expect(webSockets.length).toBeGreaterThan(2);
  expect(socket.state).toBe('open');
});

test('does not wait for an attempt that started before the network returned', async () => {
  const { socket, goOffline, goOnline, checkToken } = firefox();
  await vi.advanceTimersByTimeAsync(5000);
  goOffline();
  await vi.advanceTimersByTimeAsync(10_000);
  // The request was sent into a dead network.
  checkToken.mockImplementationOnce(() => new Promise(() => {}));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(socket.state).toBe('connecting');
  goOnline();
  await vi.advanceTimersByTimeAsync(2000);
  expect(socket.state).toBe('open');
});
