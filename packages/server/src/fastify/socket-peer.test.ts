import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { WebSocketPeer } from './socket-peer.js';

/** A line that shows what each write to the network would have been. */
class RecordingLine extends Duplex {
  readonly writes: number[] = [];
  /** Whether the network takes what it is given. */
  readonly reads: boolean;

  constructor(reads = true) {
    super();
    this.reads = reads;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#took(chunk.length, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#took(
      chunks.reduce((sum, { chunk }) => sum + chunk.length, 0),
      done,
    );
  }

  #took(bytes: number, done: () => void): void {
    this.writes.push(bytes);
    if (this.reads) done();
  }
}

/** `ws` on such a line, its handshake done. */
async function open({ reads = true } = {}) {
  const line = new RecordingLine(reads);
  const request = {
    method: 'GET',
    headers: {
      upgrade: 'websocket',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-version': '13',
    },
  } as IncomingMessage;
  const socket = await new Promise<WebSocket>((resolve) => {
    const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.handleUpgrade(request, line, Buffer.alloc(0), resolve);
  });
  if (reads) line.writes.length = 0;
  return { line, socket, peer: new WebSocketPeer(socket, line) };
}

const headerBytes = { upTo125: 2, upTo65535: 4 };

test('frames of one turn of the event loop go out in one write, and at its end', async () => {
  const { line, peer } = await open();
  peer.send('one');
  await Promise.resolve();
  peer.send('two');
  peer.send('three');
  expect(line.writes).toEqual([]);
  await setImmediate();
  expect(line.writes).toEqual(['onetwothree'.length + 3 * headerBytes.upTo125]);
  peer.send('four');
  await setImmediate();
  expect(line.writes).toHaveLength(2);
});

test('more than 64 KiB is not gathered: it goes out while the turn goes on', async () => {
  const { line, peer } = await open();
  const frame = 'x'.repeat(10_000);
  for (let sent = 0; sent < 8; sent += 1) {
    expect(peer.bufferedBytes()).toBeLessThanOrEqual(7 * (frame.length + headerBytes.upTo65535));
    peer.send(frame);
  }
  // The seventh frame filled it; the eighth is gathered anew.
  expect(line.writes).toEqual([7 * (frame.length + headerBytes.upTo65535)]);
  await setImmediate();
  expect(line.writes).toEqual([7, 1].map((n) => n * (frame.length + headerBytes.upTo65535)));
});

test('a reader is not slow for what it was never offered, and is for what it does not take', async () => {
  const [quick, slow] = [await open(), await open({ reads: false })];
  const seen = { quick: 0, slow: 0 };
  for (let sent = 0; sent < 40; sent += 1) {
    quick.peer.send('x'.repeat(30_000));
    slow.peer.send('x'.repeat(30_000));
    seen.quick = Math.max(seen.quick, quick.peer.bufferedBytes());
    seen.slow = Math.max(seen.slow, slow.peer.bufferedBytes());
  }
  expect(seen.quick).toBeLessThan(100_000);
  expect(seen.slow).toBeGreaterThan(1_000_000);
});

test('a line that breaks in between takes nothing from the others', async () => {
  const [broken, sound] = [await open(), await open()];
  broken.peer.send('never');
  sound.peer.send('all the same');
  broken.socket.terminate();
  await setImmediate();
  expect(broken.line.writes).toEqual([]);
  expect(sound.line.writes).toHaveLength(1);
});

test('a close frame comes after what was gathered before it', async () => {
  const { line, peer } = await open();
  peer.send('last words');
  peer.close(1012, 'bye');
  await setImmediate();
  const closeFrame = headerBytes.upTo125 + 2 + 'bye'.length;
  expect(line.writes).toEqual(['last words'.length + headerBytes.upTo125 + closeFrame]);
});

test('a socket without a line to show is written to at once', async () => {
  const { line, socket } = await open();
  new WebSocketPeer(socket, undefined).send('now');
  expect(line.writes).toHaveLength(1);
});
