import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Message } from '../../types/models.js';
import { ChatSocket } from '../chat-socket.js';
import { openWebSocket } from '../connection/open-web-socket.js';
import type { SocketDependencies } from '../dependencies.js';
import type { ConnectOptions } from '../options.js';

interface ClientFrame {
  readonly content: string;
  readonly id?: string;
}

/** A backend for one user over real TCP, with acknowledgements or core-only. */
export class TcpBackend {
  /** Oldest first. */
  readonly stored: Message[] = [];
  readonly #acknowledges: boolean;
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  readonly #known = new Map<string, Message>();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  connectionCount = 0;

  private constructor(acknowledges: boolean, heartbeatMs: number | undefined) {
    this.#acknowledges = acknowledges;
    this.#server.on('connection', (socket) => this.#onConnection(socket, heartbeatMs));
    if (heartbeatMs === undefined) return;
    const beat = { role: 'system', content: '', timestamp: '', event: 'heartbeat' };
    this.#heartbeat = setInterval(
      () => this.#broadcast({ type: 'status', data: beat }),
      heartbeatMs,
    );
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

  /** A socket to this backend; closed at the end of the test. */
  connect(options: ConnectOptions = {}, overrides: Partial<SocketDependencies> = {}): ChatSocket {
    const noop = () => {};
    const socket = new ChatSocket(
      {
        url: this.url,
        tokens: { tokenForSocket: async () => 'token', refresh: async () => 'token' },
        history: async ({ page, pageSize }) => ({
          messages: this.stored.toReversed().slice((page - 1) * pageSize, page * pageSize),
          pagination: { total: this.stored.length, page, pageSize },
        }),
        checkToken: async () => {},
        openWebSocket,
        capabilities: { hasExtensions: this.#acknowledges },
        now: () => Date.now(),
        random: () => Math.random(),
        logger: { debug: noop, info: noop, warn: noop, error: noop },
        secrets: { redact: (text) => text },
        ...overrides,
      },
      { backoff: { minDelayMs: 5, maxDelayMs: 50 }, ...options },
    );
    onTestFinished(() => socket.close());
    return socket;
  }

  /** Drops every connection, like a crash. */
  dropConnections(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  close(code: number): void {
    for (const socket of this.#server.clients) socket.close(code);
  }

  /** Keeps the connections open, but neither sends nor reads. */
  stall(): void {
    clearInterval(this.#heartbeat);
    for (const socket of this.#server.clients) socket.pause();
  }

  async stop(): Promise<void> {
    clearInterval(this.#heartbeat);
    this.dropConnections();
    this.#server.close();
  }

  #onConnection(socket: WebSocket, heartbeatMs: number | undefined): void {
    this.connectionCount += 1;
    socket.on('error', () => {});
    socket.on('message', (text) => this.#onFrame(socket, JSON.parse(String(text))));
    if (!this.#acknowledges) return;
    const features = ['identity', 'ack', 'heartbeat'];
    const timestamp = new Date().toISOString();
    const greeting = { role: 'system', content: 'Hi.', timestamp, event: 'connected' };
    const data = { ...greeting, features, heartbeatMs };
    socket.send(JSON.stringify({ type: 'status', data }));
  }

  #onFrame(socket: WebSocket, { content, id }: ClientFrame): void {
    const known = id === undefined ? undefined : this.#known.get(id);
    if (known !== undefined) {
      socket.send(JSON.stringify({ type: 'message', data: { ...known, clientId: id } }));
      return;
    }
    const message = this.#store('user', content);
    if (id !== undefined) this.#known.set(id, message);
    this.#broadcast({ type: 'message', data: { ...message, clientId: id } });
    if (!content.endsWith('?')) return;
    this.#broadcast({ type: 'message', data: this.#store('assistant', `Re: ${content}`) });
  }

  #store(role: Message['role'], content: string): Message {
    const number = this.stored.length;
    const message: Message = { role, content, timestamp: new Date().toISOString() };
    if (this.#acknowledges) message.id = `m${number}`;
    this.stored.push(message);
    return message;
  }

  #broadcast(frame: object): void {
    for (const socket of this.#server.clients) socket.send(JSON.stringify(frame));
  }
}
