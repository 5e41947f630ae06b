import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { ServerFrame } from '@chat/contract';

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: string | Uint8Array;
  /** @default true */
  readonly fin?: boolean;
  /** The three reserved bits. */
  readonly rsv?: number;
  /** RFC 6455 requires a client to mask; @default true */
  readonly masked?: boolean;
  /** The length in the header, if it should differ from the payload's. */
  readonly claimedLength?: number;
}

/** Encodes one frame (RFC 6455, 5.2), even an invalid one. */
export function frameBytes(frame: RawFrame): Buffer {
  const { opcode, payload = '', fin = true, rsv = 0, masked = true } = frame;
  const body = Buffer.from(typeof payload === 'string' ? Buffer.from(payload) : payload);
  const length = frame.claimedLength ?? body.length;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (head.length === 4) head.writeUInt16BE(length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  if (!masked) return Buffer.concat([head, body]);
  const mask = randomBytes(4);
  for (let n = 0; n < body.length; n += 1) body[n]! ^= mask[n % 4]!;
  return Buffer.concat([head, mask, body]);
}

/** A WebSocket client that can send invalid frames, and can stop reading. */
export class RawWebSocket {
  readonly socket: Socket;
  /** The received text frames, parsed. */
  readonly frames: ServerFrame[] = [];
  /** The code of the peer's close frame, or 1006 when the connection closed without one. */
  closeCode: number | undefined;
  readonly #events = new EventEmitter();
  #unread = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => this.#onClosed(1006));
  }

  /** Resolves when the server has accepted the upgrade. After it the client reads, unless `neverReads`. */
  static async connect(
    port: number,
    path: string,
    { neverReads = false } = {},
  ): Promise<RawWebSocket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const raw = new RawWebSocket(socket);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    let response = Buffer.alloc(0);
    while (!response.includes('\r\n\r\n')) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      response = Buffer.concat([response, bytes]);
    }
    if (!response.toString('latin1').startsWith('HTTP/1.1 101')) {
      throw new Error(
        `The upgrade was rejected: ${response.toString('latin1').split('\r\n', 1)[0]}`,
      );
    }
    raw.#read(response.subarray(response.indexOf('\r\n\r\n') + 4));
    if (neverReads) socket.pause();
    else socket.on('data', (bytes: Buffer) => raw.#read(bytes));
    return raw;
  }

  /** Resolves when more bytes can be written, so that a flood is not buffered here. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.socket.destroyed || this.socket.write(bytes)) return;
    await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]);
  }

  send(frame: RawFrame): Promise<void> {
    return this.write(frameBytes(frame));
  }

  /** Resolves when the condition is true; evaluates it after each frame. */
  async waitUntil(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.closeCode !== undefined) throw new Error(`Closed with ${this.closeCode}.`);
      await once(this.#events, 'change');
    }
  }

  async waitForClose(): Promise<number> {
    while (this.closeCode === undefined) await once(this.#events, 'change');
    return this.closeCode;
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const [first = 0, second = 0] = this.#unread;
      const short = second & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (this.#unread.length < start) return;
      const length =
        short === 126
          ? this.#unread.readUInt16BE(2)
          : short === 127
            ? Number(this.#unread.readBigUInt64BE(2))
            : short;
      if (this.#unread.length < start + length) return;
      this.#handleFrame(first & 0x0f, this.#unread.subarray(start, start + length));
      this.#unread = this.#unread.subarray(start + length);
    }
  }

  #handleFrame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.frames.push(JSON.parse(payload.toString()));
    if (opcode === opcodes.ping) void this.send({ opcode: opcodes.pong, payload });
    if (opcode === opcodes.close) {
      this.#onClosed(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
      this.socket.end();
    }
    this.#events.emit('change');
  }

  #onClosed(code: number): void {
    this.closeCode ??= code;
    this.#events.emit('change');
  }
}
