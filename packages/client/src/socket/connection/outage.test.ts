import { expect, onTestFinished, test, vi } from 'vitest';
import { ServerError } from '../../errors/api-errors.js';
import { ConnectionError } from '../../errors/call-errors.js';
import { harness } from '../testing/harness.js';
import { ScriptedWebSocket } from '../testing/scripted-web-socket.js';

const offline = () => new ConnectionError('No response.');
const badGateway = (status: number) => () =>
  new ServerError({
    call: 'GET /stats/messages',
    status,
    detail: 'Bad gateway.',
    headers: {},
    attempts: 1,
  });

/**
 * A browser without a network, in which WebSockets behave as in Firefox: after each failure of a host, the next attempt
 * is delayed, by 1.5 times more each time and at most a minute. A closed attempt does not count. A failure is forgotten
 * a minute after its delay.
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
      if (Date.now() > failedAt + delayMs + 60_000) delayMs = 200;
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

const outages: [string, () => Error][] = [
  ['a network', offline],
  ...[502, 503, 504, 521, 530].map((status): [string, () => Error] => [
    `a backend behind its proxy, which responds with ${status}`,
    badGateway(status),
  ]),
];

test.each(outages)('reconnects soon after an hour without %s', async (_, failure) => {
  const { socket, webSockets, goOffline, goOnline, checkToken } = firefox();
  checkToken.mockImplementation(async () => Promise.reject(failure()));
  await vi.advanceTimersByTimeAsync(5000);
  expect(socket.state).toBe('open');
  goOffline();
  await vi.advanceTimersByTimeAsync(3_600_000);
  // One in 90 s, in case that the page is allowed to open WebSockets only.
  expect(webSockets.length).toBeLessThan(42);
  checkToken.mockResolvedValue(undefined);
  goOnline();
  await vi.advanceTimersByTimeAsync(2000);
  expect(socket.state).toBe('open');
});

test('reconnects within two minutes when requests get no response, but a WebSocket opens', async () => {
  const { socket, goOffline, goOnline, checkToken } = firefox();
  // CORS does not apply to WebSockets.
  checkToken.mockRejectedValue(offline());
  await vi.advanceTimersByTimeAsync(5000);
  goOffline();
  await vi.advanceTimersByTimeAsync(60_000);
  goOnline();
  await vi.advanceTimersByTimeAsync(60_000);
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
