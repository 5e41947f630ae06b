import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Message } from '@chat/contract';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ChatSocket } from '../chat-socket.js';
import type { SocketDependencies } from '../dependencies.js';
import type { ConnectOptions } from '../options.js';
import { openWebSocket } from '../websocket.js';

interface ClientFrame {
  readonly content: string;
  readonly id?: string;
}

/** One user's backend over real TCP: with acknowledgements, or knowing the core alone. */
export class TcpBackend {
  /** Oldest first. */
  readonly stored: Message[] = [];
  readonly #acknowledges: boolean;
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #known = new Map<string, Message>();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  dials = 0;

  private constructor(acknowledges: boolean, heartbeatMs: number | undefined) {
    this.#acknowledges = acknowledges;
    this.#server.on('connection', (socket) => this.#serve(socket, heartbeatMs));
    if (heartbeatMs === undefined) return;
    const beat = { role: 'system', content: '', timestamp: '', event: 'heartbeat' };
    this.#heartbeat = setInterval(() => this.#tellAll({ type: 'status', data: beat }), heartbeatMs);
  }

  static async start(options: {
    acknowledges: boolean;
    heartbeatMs?: number;
  }): Promise<TcpBackend> {
    const backend = new TcpBackend(options.acknowledges, options.heartbeatMs);
    onTestFinished(() => backend.stop());
    await once(backend.#server, 'listening');
    return backend;
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/ws/chat`;
  }

  get open(): number {
    return this.#server.clients.size;
  }

  /** A client of this backend, closed when the test is over. */
  connect(options: ConnectOptions = {}, overrides: Partial<SocketDependencies> = {}): ChatSocket {
    const silent = () => {};
    const socket = new ChatSocket(
      {
        url: this.url,
        tokens: { token: async () => 'token', refresh: async () => 'token' },
        history: async ({ page, pageSize }) => ({
          messages: this.stored.toReversed().slice((page - 1) * pageSize, page * pageSize),
          pagination: { total: this.stored.length, page, pageSize },
        }),
        probe: async () => {},
        openWebSocket,
        announced: () => this.#acknowledges,
        now: () => Date.now(),
        random: () => Math.random(),
        logger: { debug: silent, info: silent, warn: silent, error: silent },
        redact: (text) => text,
        ...overrides,
      },
      { backoff: { minMs: 5, maxMs: 50 }, ...options },
    );
    onTestFinished(() => socket.close());
    return socket;
  }

  /** Cuts every line, as a crash does. */
  cut(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  close(code: number): void {
    for (const socket of this.#server.clients) socket.close(code);
  }

  /** The lines stay, and nothing passes over them any more. */
  stall(): void {
    clearInterval(this.#heartbeat);
    for (const socket of this.#server.clients) socket.pause();
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.cut();
    this.#server.close();
  }

  #serve(socket: WebSocket, heartbeatMs: number | undefined): void {
    this.dials += 1;
    socket.on('error', () => {});
    socket.on('message', (text) => this.#take(socket, JSON.parse(String(text))));
    if (!this.#acknowledges) return;
    const features = ['identity', 'ack', 'heartbeat'];
    const timestamp = new Date().toISOString();
    const greeting = { role: 'system', content: 'Hi.', timestamp, event: 'connected' };
    const data = { ...greeting, features, heartbeatMs };
    socket.send(JSON.stringify({ type: 'status', data }));
  }

  #take(socket: WebSocket, { content, id }: ClientFrame): void {
    const known = id === undefined ? undefined : this.#known.get(id);
    if (known !== undefined) {
      socket.send(JSON.stringify({ type: 'message', data: { ...known, clientId: id } }));
      return;
    }
    const message = this.#store('user', content);
    if (id !== undefined) this.#known.set(id, message);
    this.#tellAll({ type: 'message', data: { ...message, clientId: id } });
    if (!content.endsWith('?')) return;
    this.#tellAll({ type: 'message', data: this.#store('assistant', `Re: ${content}`) });
  }

  #store(role: Message['role'], content: string): Message {
    const number = this.stored.length;
    const message: Message = { role, content, timestamp: new Date().toISOString() };
    if (this.#acknowledges) message.id = `m${number}`;
    this.stored.push(message);
    return message;
  }

  #tellAll(frame: object): void {
    for (const socket of this.#server.clients) socket.send(JSON.stringify(frame));
  }
}
