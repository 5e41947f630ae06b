import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { expectNoLeaks } from '../../../../test/support/leaks.js';
import type { ChatSocket } from './chat-socket.js';
import type { SocketState } from './state-change.js';
import { TcpBackend } from './testing/tcp-backend.js';

expectNoLeaks();

const waitOptions = { timeout: 20_000, interval: 5 };

function waitForState(socket: ChatSocket, state: SocketState): Promise<void> {
  if (socket.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = socket.on('state', (change) => {
      if (change.state !== state) return;
      stop();
      resolve();
    });
  });
}

function recordContents(socket: ChatSocket): string[] {
  const received: string[] = [];
  socket.on('message', ({ content }) => received.push(content));
  return received;
}

/** The same sequence in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function sendThroughConnectionLoss(backend: TcpBackend, turns: number) {
  const random = seeded(7);
  const options = { connectTimeoutMs: 2000, queue: { maxMessages: 5000 } };
  const sockets = [1, 2, 3].map(() => backend.connect(options));
  const received = sockets.map(recordContents);
  await Promise.all(sockets.map((socket) => waitForState(socket, 'open')));
  const outcomes: Promise<{ content: string; result: string }>[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const content = `message ${turn}`;
    const sent = sockets[turn % 3]!.send(content);
    outcomes.push(
      sent.then(
        () => ({ content, result: 'stored' }),
        ({ code }) => ({ content, result: code }),
      ),
    );
    if (random() < 0.05) backend.dropConnections();
    if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, random() * 8));
  }
  const results = await Promise.all(outcomes);
  await vi.waitFor(() => {
    for (const contents of received)
      expect(contents.length).toBeGreaterThanOrEqual(backend.stored.length);
  }, waitOptions);
  return { results, received, stored: backend.stored.map(({ content }) => content) };
}

test('with acknowledgements: stores and delivers each message once and in order across lost connections', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const { results, received, stored } = await sendThroughConnectionLoss(backend, 400);
  expect(results.every(({ result }) => result === 'stored')).toBe(true);
  expect(stored.toSorted()).toEqual(results.map(({ content }) => content).toSorted());
  for (const contents of received) expect(contents).toEqual(stored);
  expect(backend.connectionCount).toBeGreaterThan(10);
});

test('core-only: stores no message twice across lost connections, and reports unknown outcomes', async () => {
  const backend = await TcpBackend.start({ acknowledges: false });
  const { results, received, stored } = await sendThroughConnectionLoss(backend, 120);
  expect(new Set(stored).size).toBe(stored.length);
  for (const { content, result } of results) {
    if (result === 'stored') expect(stored).toContain(content);
    else expect(result).toBe('outcome_unknown');
  }
  for (const contents of received) expect(contents).toEqual(stored);
});

test.each([true, false])(
  'ask() resolves with the reply (acknowledgements: %s)',
  async (acknowledges) => {
    const backend = await TcpBackend.start({ acknowledges });
    const socket = backend.connect();
    const replies = await Promise.all([socket.ask('One?'), socket.ask('Two?')]);
    expect(replies.map(({ content }) => content)).toEqual(['Re: One?', 'Re: Two?']);
  },
);

test('reconnects after a restart with 1012', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const socket = backend.connect();
  await waitForState(socket, 'open');
  backend.close(1012);
  await waitForState(socket, 'waiting');
  await expect(socket.send('Back')).resolves.toMatchObject({ content: 'Back' });
});

test('detects a half-open connection and reconnects', async () => {
  const backend = await TcpBackend.start({ acknowledges: true, heartbeatMs: 40 });
  const socket = backend.connect();
  await waitForState(socket, 'open');
  backend.stall();
  const sent = socket.send('Lost?');
  await waitForState(socket, 'waiting');
  await expect(sent).resolves.toMatchObject({ content: 'Lost?' });
});

test('cancels an upgrade that hangs, and leaves no TCP connection', async () => {
  const tcpSockets = new Set<Socket>();
  const server = createServer((tcpSocket) => {
    tcpSockets.add(
      tcpSocket
        .on('close', () => tcpSockets.delete(tcpSocket))
        .on('error', () => {})
        .resume(),
    );
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const backend = await TcpBackend.start({ acknowledges: true });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`;
  const socket = backend.connect({ connectTimeoutMs: 30 }, { url });
  await waitForState(socket, 'waiting');
  await waitForState(socket, 'connecting');
  socket.close();
  await vi.waitFor(() => expect(tcpSockets.size).toBe(0), waitOptions);
});

test('an HTTP request finds out why the upgrade was rejected', async () => {
  const server = createHttpServer().on('upgrade', (_request, tcpSocket) => {
    tcpSocket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const backend = await TcpBackend.start({ acknowledges: true });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`;
  const rejection = Object.assign(new Error('No.'), { status: 401 });
  const socket = backend.connect({}, { url, checkToken: () => Promise.reject(rejection) });
  const error = new Promise((resolve) => {
    socket.on('state', (change) => change.state === 'closed' && resolve(change.error));
  });
  await expect(error).resolves.toBe(rejection);
});

test('close() leaves no TCP connection in any state', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const sockets = [1, 2, 3].map(() => backend.connect());
  await waitForState(sockets[0]!, 'open');
  for (const socket of sockets) socket.close();
  await vi.waitFor(() => {
    expect(backend.open).toBe(0);
    const now = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    expect(now).toBeLessThanOrEqual(before);
  }, waitOptions);
});
