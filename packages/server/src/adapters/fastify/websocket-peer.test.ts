import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { WebSocketPeer } from './websocket-peer.js';

/** A connection that records the size of each write. */
class RecordingConnection extends Duplex {
  readonly writes: number[] = [];
  /** Whether writes complete. Otherwise the connection acts like a client that does not read. */
  readonly completesWrites: boolean;

  constructor(completesWrites = true) {
    super();
    this.completesWrites = completesWrites;
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#record(chunk.length, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#record(
      chunks.reduce((sum, { chunk }) => sum + chunk.length, 0),
      done,
    );
  }

  #record(bytes: number, done: () => void): void {
    this.writes.push(bytes);
    if (this.completesWrites) done();
  }
}

/** A WebSocket on such a connection, after the handshake. */
async function open({ completesWrites = true } = {}) {
  const connection = new RecordingConnection(completesWrites);
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
    server.handleUpgrade(request, connection, Buffer.alloc(0), resolve);
  });
  if (completesWrites) connection.writes.length = 0;
  return { connection, socket, peer: new WebSocketPeer(socket, connection) };
}

const headerBytes = { upTo125: 2, upTo65535: 4 };

test('sends all frames of one event loop turn in one write at the end of the turn', async () => {
  const { connection, peer } = await open();
  peer.send('one');
  await Promise.resolve();
  peer.send('two');
  peer.send('three');
  expect(connection.writes).toEqual([]);
  await setImmediate();
  expect(connection.writes).toEqual(['onetwothree'.length + 3 * headerBytes.upTo125]);
  peer.send('four');
  await setImmediate();
  expect(connection.writes).toHaveLength(2);
});

test('writes immediately when more than 64 KiB are buffered in one turn', async () => {
  const { connection, peer } = await open();
  const frame = 'x'.repeat(10_000);
  for (let sent = 0; sent < 8; sent += 1) {
    expect(peer.bufferedBytes()).toBeLessThanOrEqual(7 * (frame.length + headerBytes.upTo65535));
    peer.send(frame);
  }
  // The seventh frame filled the buffer; the eighth is in a new one.
  expect(connection.writes).toEqual([7 * (frame.length + headerBytes.upTo65535)]);
  await setImmediate();
  expect(connection.writes).toEqual([7, 1].map((n) => n * (frame.length + headerBytes.upTo65535)));
});

test('counts data that the client does not read as buffered, but not data that was read', async () => {
  const [quick, slow] = [await open(), await open({ completesWrites: false })];
  const maxBuffered = { quick: 0, slow: 0 };
  for (let sent = 0; sent < 40; sent += 1) {
    quick.peer.send('x'.repeat(30_000));
    slow.peer.send('x'.repeat(30_000));
    maxBuffered.quick = Math.max(maxBuffered.quick, quick.peer.bufferedBytes());
    maxBuffered.slow = Math.max(maxBuffered.slow, slow.peer.bufferedBytes());
  }
  expect(maxBuffered.quick).toBeLessThan(100_000);
  expect(maxBuffered.slow).toBeGreaterThan(1_000_000);
});

test('a connection that breaks does not affect the others', async () => {
  const [broken, intact] = [await open(), await open()];
  broken.peer.send('never');
  intact.peer.send('all the same');
  broken.socket.terminate();
  await setImmediate();
  expect(broken.connection.writes).toEqual([]);
  expect(intact.connection.writes).toHaveLength(1);
});

test('sends a close frame after the buffered frames', async () => {
  const { connection, peer } = await open();
  peer.send('last words');
  peer.close(1012, 'bye');
  await setImmediate();
  const closeFrame = headerBytes.upTo125 + 2 + 'bye'.length;
  expect(connection.writes).toEqual(['last words'.length + headerBytes.upTo125 + closeFrame]);
});

test('writes immediately to a socket whose connection is not known', async () => {
  const { connection, socket } = await open();
  new WebSocketPeer(socket, undefined).send('now');
  expect(connection.writes).toHaveLength(1);
});
