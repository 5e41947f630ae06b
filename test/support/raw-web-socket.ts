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

export interface FrameShape {
  readonly opcode: number;
  readonly payload?: string | Uint8Array;
  /** @default true */
  readonly fin?: boolean;
  /** The three reserved bits, which nobody agreed on. */
  readonly rsv?: number;
  /** A client has to mask; @default true */
  readonly masked?: boolean;
  /** A length to claim in the place of the true one. */
  readonly claimedLength?: number;
}

/** The bytes of one frame as RFC 6455 (5.2) has it, or as it forbids. */
export function frameBytes(shape: FrameShape): Buffer {
  const { opcode, payload = '', fin = true, rsv = 0, masked = true } = shape;
  const body = Buffer.from(typeof payload === 'string' ? Buffer.from(payload) : payload);
  const length = shape.claimedLength ?? body.length;
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

/** A WebSocket client without manners: it says whatever it is told to, and reads only if it is told to. */
export class RawWebSocket {
  readonly socket: Socket;
  /** What came, parsed. */
  readonly frames: ServerFrame[] = [];
  /** The code of the peer's close frame, or 1006 when the line ended without one. */
  closeCode: number | undefined;
  readonly #events = new EventEmitter();
  #unread = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => this.#closed(1006));
  }

  /** Resolves when the server has accepted the upgrade. From then on it reads, unless `deaf`. */
  static async dial(port: number, path: string, { deaf = false } = {}): Promise<RawWebSocket> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const raw = new RawWebSocket(socket);
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
    );
    let answer = Buffer.alloc(0);
    while (!answer.includes('\r\n\r\n')) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      answer = Buffer.concat([answer, bytes]);
    }
    if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) {
      throw new Error(`The upgrade was refused: ${answer.toString('latin1').split('\r\n', 1)[0]}`);
    }
    raw.#read(answer.subarray(answer.indexOf('\r\n\r\n') + 4));
    if (deaf) socket.pause();
    else socket.on('data', (bytes: Buffer) => raw.#read(bytes));
    return raw;
  }

  /** Resolves when the line took the bytes, so that a flood does not pile up here. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.socket.destroyed || this.socket.write(bytes)) return;
    await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]);
  }

  send(shape: FrameShape): Promise<void> {
    return this.write(frameBytes(shape));
  }

  /** Resolves when it is so; asks again with each frame that comes. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.closeCode !== undefined) throw new Error(`Closed with ${this.closeCode}.`);
      await once(this.#events, 'news');
    }
  }

  async untilClosed(): Promise<number> {
    while (this.closeCode === undefined) await once(this.#events, 'news');
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
      this.#take(first & 0x0f, this.#unread.subarray(start, start + length));
      this.#unread = this.#unread.subarray(start + length);
    }
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.frames.push(JSON.parse(payload.toString()));
    if (opcode === opcodes.ping) void this.send({ opcode: opcodes.pong, payload });
    if (opcode === opcodes.close) {
      this.#closed(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
      this.socket.end();
    }
    this.#events.emit('news');
  }

  #closed(code: number): void {
    this.closeCode ??= code;
    this.#events.emit('news');
  }
}
