import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { leaveNothingBehind } from '../../../../test/support/leaks.js';
import type { ChatSocket } from './chat-socket.js';
import type { SocketState } from './state-table.js';
import { TcpBackend } from './testing/tcp-backend.js';

leaveNothingBehind();

const patient = { timeout: 20_000, interval: 5 };

function reached(socket: ChatSocket, state: SocketState): Promise<void> {
  if (socket.state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = socket.on('state', (change) => {
      if (change.state !== state) return;
      stop();
      resolve();
    });
  });
}

function shownBy(socket: ChatSocket): string[] {
  const shown: string[] = [];
  socket.on('message', ({ content }) => shown.push(content));
  return shown;
}

/** What chance decides is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function talkThroughCuts(backend: TcpBackend, turns: number) {
  const chance = seeded(7);
  const options = { connectTimeoutMs: 2000, queue: { maxMessages: 5000 } };
  const sockets = [1, 2, 3].map(() => backend.connect(options));
  const shown = sockets.map(shownBy);
  await Promise.all(sockets.map((socket) => reached(socket, 'open')));
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
    if (chance() < 0.05) backend.cut();
    if (chance() < 0.3) await new Promise((resolve) => setTimeout(resolve, chance() * 8));
  }
  const results = await Promise.all(outcomes);
  await vi.waitFor(() => {
    for (const contents of shown)
      expect(contents.length).toBeGreaterThanOrEqual(backend.stored.length);
  }, patient);
  return { results, shown, stored: backend.stored.map(({ content }) => content) };
}

test('with acknowledgements: everything sent through cuts is stored once and shown once, in one order', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const { results, shown, stored } = await talkThroughCuts(backend, 400);
  expect(results.every(({ result }) => result === 'stored')).toBe(true);
  expect(stored.toSorted()).toEqual(results.map(({ content }) => content).toSorted());
  for (const contents of shown) expect(contents).toEqual(stored);
  expect(backend.dials).toBeGreaterThan(10);
});

test('core-only: through cuts nothing is stored twice, and what is unknown is called unknown', async () => {
  const backend = await TcpBackend.start({ acknowledges: false });
  const { results, shown, stored } = await talkThroughCuts(backend, 120);
  expect(new Set(stored).size).toBe(stored.length);
  for (const { content, result } of results) {
    if (result === 'stored') expect(stored).toContain(content);
    else expect(result).toBe('outcome_unknown');
  }
  for (const contents of shown) expect(contents).toEqual(stored);
});

test.each([true, false])('asks and is answered (acknowledgements: %s)', async (acknowledges) => {
  const backend = await TcpBackend.start({ acknowledges });
  const socket = backend.connect();
  const answers = await Promise.all([socket.ask('One?'), socket.ask('Two?')]);
  expect(answers.map(({ content }) => content)).toEqual(['Re: One?', 'Re: Two?']);
});

test('comes back from a restart with 1012', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const socket = backend.connect();
  await reached(socket, 'open');
  backend.close(1012);
  await reached(socket, 'waiting');
  await expect(socket.send('Back')).resolves.toMatchObject({ content: 'Back' });
});

test('finds out that a line is half-open, and comes back', async () => {
  const backend = await TcpBackend.start({ acknowledges: true, heartbeatMs: 40 });
  const socket = backend.connect();
  await reached(socket, 'open');
  backend.stall();
  const sent = socket.send('Into the void?');
  await reached(socket, 'waiting');
  await expect(sent).resolves.toMatchObject({ content: 'Into the void?' });
});

test('gives up on an upgrade that hangs, and leaves no connection', async () => {
  const lines = new Set<Socket>();
  const server = createServer((line) => {
    lines.add(
      line
        .on('close', () => lines.delete(line))
        .on('error', () => {})
        .resume(),
    );
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const backend = await TcpBackend.start({ acknowledges: true });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`;
  const socket = backend.connect({ connectTimeoutMs: 30 }, { url });
  await reached(socket, 'waiting');
  await reached(socket, 'connecting');
  socket.close();
  await vi.waitFor(() => expect(lines.size).toBe(0), patient);
});

test('learns from a probe why its upgrade was refused', async () => {
  const server = createHttpServer().on('upgrade', (_request, line) => {
    line.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
  });
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const backend = await TcpBackend.start({ acknowledges: true });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`;
  const refused = Object.assign(new Error('No.'), { status: 401 });
  const socket = backend.connect({}, { url, probe: () => Promise.reject(refused) });
  const error = new Promise((resolve) => {
    socket.on('state', (change) => change.state === 'closed' && resolve(change.error));
  });
  await expect(error).resolves.toBe(refused);
});

test('after close() no line is left, in whichever state it was', async () => {
  const backend = await TcpBackend.start({ acknowledges: true });
  const before = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  const sockets = [1, 2, 3].map(() => backend.connect());
  await reached(sockets[0]!, 'open');
  for (const socket of sockets) socket.close();
  await vi.waitFor(() => {
    expect(backend.open).toBe(0);
    const now = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    expect(now).toBeLessThanOrEqual(before);
  }, patient);
});
