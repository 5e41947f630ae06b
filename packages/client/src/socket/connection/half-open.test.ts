import { expect, onTestFinished, test, vi } from 'vitest';
import type { ConnectOptions } from '../options.js';
import { coreMessage, frame, harness, message } from '../testing/harness.js';

/** The browser's events; the page is visible. */
function browser() {
  const scope = new EventTarget();
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope));
  vi.stubGlobal('removeEventListener', scope.removeEventListener.bind(scope));
  vi.stubGlobal('document', page);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return {
    online: () => scope.dispatchEvent(new Event('online')),
    visible: () => page.dispatchEvent(new Event('visibilitychange')),
    restored: (persisted: boolean) =>
      scope.dispatchEvent(Object.assign(new Event('pageshow'), { persisted })),
  };
}

function openBackend(options: ConnectOptions = {}) {
  const events = browser();
  const backend = harness(options);
  return { ...backend, ...events };
}

const second = 1000;

test.each([
  ['the network returns', 'online'],
  ['the page becomes visible', 'visible'],
  ['the page is restored from the history cache', 'restored'],
] as const)(
  'replaces a half-open connection within two seconds when %s, and fills the gap',
  async (_name, event) => {
    const test = openBackend();
    await test.openCore();
    test.last().receive(frame(coreMessage('user', 'First', '1')));
    await test.settle();
    test.history.unshift(coreMessage('user', 'First', '1'));
    test.history.unshift(coreMessage('assistant', 'Missed', '2'));

    await vi.advanceTimersByTimeAsync(10 * second);
    test[event](true);
    await test.settle();
    expect(test.webSockets).toHaveLength(2);
    test.last().open();
    await vi.advanceTimersByTimeAsync(1 * second);
    expect(test.messages.map(({ content }) => content)).toEqual(['First', 'Missed']);
    expect(test.recovered).toEqual([{ count: 1, complete: true }]);
    expect(test.webSockets[0]?.readyState).toBe(3);
    expect(test.socket.state).toBe('open');

    const sent = test.socket.send('Hello');
    expect(test.last().contents).toEqual(['Hello']);
    test.last().receive(frame(coreMessage('user', 'Hello', '3')));
    await expect(sent).resolves.toMatchObject({ content: 'Hello' });
  },
);

test('does not check a page that was not in the history cache', async () => {
  const { webSockets, openCore, restored, settle } = openBackend();
  await openCore();
  restored(false);
  await settle();
  expect(webSockets).toHaveLength(1);
});

test('keeps a connection that receives a frame during the check', async () => {
  const { webSockets, last, openCore, online, settle, messages, states } = openBackend();
  await openCore();
  online();
  await settle();
  webSockets[0]?.receive(frame(coreMessage('assistant', 'I am alive', '1')));
  last().open();
  await vi.advanceTimersByTimeAsync(5 * second);
  expect(webSockets.map(({ readyState }) => readyState)).toEqual([1, 3]);
  expect(messages).toHaveLength(1);
  expect(states.map(({ state }) => state)).toEqual(['open']);
});

test('keeps the connection while no second one is possible, and checks it again', async () => {
  const { webSockets, last, openCore, online, settle, socket } = openBackend();
  await openCore();
  online();
  await settle();
  last().open();
  last().drop(4429);
  await settle();
  expect(webSockets[0]?.readyState).toBe(1);
  expect(socket.state).toBe('open');
  await vi.advanceTimersByTimeAsync(30 * second);
  expect(webSockets).toHaveLength(3);
  await openCore();
  expect(webSockets.map(({ readyState }) => readyState)).toEqual([3, 3, 1]);
});

test('checks a connection only a few times when no second one is possible', async () => {
  const { webSockets, last, openCore, online, settle, socket } = openBackend();
  await openCore();
  online();
  await settle();
  for (let minute = 0; minute < 60; minute += 1) {
    last().drop(4429);
    await vi.advanceTimersByTimeAsync(60 * second);
  }
  expect(webSockets).toHaveLength(5);
  expect(webSockets[0]?.readyState).toBe(1);
  expect(socket.state).toBe('open');
});

test('does not lose a message that a live core-only backend has not confirmed yet', async () => {
  const { webSockets, openCore, visible, settle, socket } = openBackend();
  await openCore();
  const sent = socket.send('Slow');
  visible();
  await vi.advanceTimersByTimeAsync(9 * second);
  webSockets[0]?.receive(frame(coreMessage('user', 'Slow', '1')));
  await expect(sent).resolves.toMatchObject({ content: 'Slow' });
  await vi.advanceTimersByTimeAsync(60 * second);
  await settle();
  expect(webSockets).toHaveLength(1);
});

test('reports an unknown outcome when a half-open connection did not confirm a message', async () => {
  const { webSockets, last, openCore, visible, settle, socket } = openBackend({
    connectTimeoutMs: 5 * second,
  });
  await openCore();
  const sent = socket.send('Lost');
  visible();
  await vi.advanceTimersByTimeAsync(5 * second);
  last().open();
  await vi.advanceTimersByTimeAsync(1 * second);
  await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
  await settle();
  expect(webSockets).toHaveLength(2);
});

test('sends an unconfirmed message again on a backend with acknowledgements', async () => {
  const { webSockets, last, greet, online, socket } = openBackend();
  await greet();
  const sent = socket.send('Hi');
  online();
  await greet();
  expect(webSockets).toHaveLength(2);
  expect(last().sent).toEqual(webSockets[0]?.sent);
  last().receive(frame(message('user', 'Hi', { clientId: last().sent[0]?.id })));
  await expect(sent).resolves.toMatchObject({ content: 'Hi' });
});

test('opens at most one second connection while the network flaps', async () => {
  const { webSockets, openCore, online } = openBackend();
  await openCore();
  for (let flap = 0; flap < 100; flap += 1) {
    online();
    await vi.advanceTimersByTimeAsync(10);
    expect(webSockets.filter(({ readyState }) => readyState < 2).length).toBeLessThanOrEqual(2);
  }
  expect(webSockets.length).toBeLessThanOrEqual(4);
});

test.each(['close', 'reconnect'] as const)('%s() ends a check', async (method) => {
  const { webSockets, openCore, online, settle, socket } = openBackend();
  await openCore();
  online();
  await settle();
  socket[method]();
  await settle();
  expect(webSockets.slice(0, 2).map(({ readyState }) => readyState)).toEqual([3, 3]);
});

test('reconnects when the replaced connection fails later', async () => {
  const { webSockets, last, openCore, online, settle, states } = openBackend();
  await openCore();
  online();
  await openCore();
  last().drop(1012, 'bye');
  expect(states.at(-1)).toMatchObject({ state: 'waiting', code: 1012 });
  await vi.advanceTimersByTimeAsync(500);
  await settle();
  expect(webSockets).toHaveLength(3);
});
