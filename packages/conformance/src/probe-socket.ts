import type { WebSocketLike } from './harness.js';
import { Violation } from './violation.js';

export interface Frame {
  readonly type: string;
  readonly data: {
    readonly role: string;
    readonly content: string;
    readonly timestamp: string;
    readonly [key: string]: unknown;
  };
}

export interface SocketClose {
  readonly code: number;
  readonly reason: string;
}

/** A socket under test. Records every frame and waits for expected ones. */
export class ProbeSocket {
  readonly frames: Frame[] = [];
  /** The close event; `undefined` while the socket is open. */
  closed: SocketClose | undefined;
  readonly #socket: WebSocketLike;
  readonly #timeoutMs: number;
  readonly #onSend: () => void;
  readonly #waiters = new Set<() => void>();
  #opened = false;

  constructor(socket: WebSocketLike, timeoutMs: number, onSend: () => void) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#onSend = onSend;
    socket.addEventListener('open', () => {
      this.#opened = true;
      this.#notify();
    });
    socket.addEventListener('message', (event: { data: unknown }) => {
      this.frames.push(JSON.parse(String(event.data)) as Frame);
      this.#notify();
    });
    socket.addEventListener('close', (event: SocketClose) => {
      this.closed ??= { code: event.code, reason: event.reason };
      this.#notify();
    });
    // Some runtimes report a rejected upgrade as an error without a close event.
    socket.addEventListener('error', () => {
      if (!this.#opened) this.closed ??= { code: 1006, reason: 'the upgrade was rejected' };
      this.#notify();
    });
  }

  get messages(): Frame[] {
    return this.frames.filter((frame) => frame.type === 'message');
  }

  /** Whether it is known that the backend accepted or rejected the socket. */
  get isDecided(): boolean {
    return this.frames.length > 0 || this.closed !== undefined;
  }

  async open(): Promise<this> {
    await this.waitUntil(() => this.#opened || this.closed !== undefined, 'the socket to open');
    return this;
  }

  send(frame: unknown): void {
    this.sendRaw(JSON.stringify(frame));
  }

  sendUnlessClosed(frame: unknown): void {
    if (this.closed === undefined) this.send(frame);
  }

  sendRaw(data: string | Uint8Array): void {
    this.#onSend();
    this.#socket.send(data);
  }

  /** The first frame at index `from` or later for which `matches` returns true. */
  async nextFrame(
    matches: (frame: Frame) => boolean,
    description: string,
    from = 0,
  ): Promise<Frame> {
    const find = () => this.frames.slice(from).find(matches);
    await this.waitUntil(() => find() !== undefined || this.closed !== undefined, description);
    const frame = find();
    if (frame === undefined) {
      throw new Violation(
        `the socket closed with ${this.closed?.code} before it received ${description}`,
      );
    }
    return frame;
  }

  /** Waits for a `message` frame with this role and content. */
  messageFrame(role: string, content: string, from = 0): Promise<Frame> {
    return this.nextFrame(
      ({ type, data }) => type === 'message' && data.role === role && data.content === content,
      `the ${role}'s message frame`,
      from,
    );
  }

  /** Sends a message and waits for its frame and the reply's. */
  async exchange(content: string, id?: string): Promise<{ user: Frame; reply: Frame }> {
    const from = this.frames.length;
    this.send({ type: 'message', content, ...(id === undefined ? {} : { id }) });
    const user = await this.messageFrame('user', content, from);
    const reply = await this.nextFrame(
      ({ type, data }) => type === 'message' && data.role === 'assistant',
      'the reply',
      this.frames.indexOf(user),
    );
    return { user, reply };
  }

  statusFrame(event: string, from = 0): Promise<Frame> {
    return this.nextFrame(
      ({ type, data }) => type === 'status' && data.event === event,
      `a status frame "${event}"`,
      from,
    );
  }

  async waitForClose(): Promise<SocketClose> {
    await this.waitUntil(() => this.closed !== undefined, 'the socket to close');
    return this.closed as SocketClose;
  }

  /** The close code of a rejected socket; `undefined` when a message frame shows that it was accepted. */
  async rejectionCode(): Promise<number | undefined> {
    const content = `Was this socket accepted? (${crypto.randomUUID()})`;
    this.sendUnlessClosed({ type: 'message', content });
    const received = () => this.messages.some(({ data }) => data.content === content);
    await this.waitUntil(
      () => received() || this.closed !== undefined,
      'a message frame or a close',
    );
    return this.closed?.code;
  }

  close(): void {
    if (this.closed === undefined) this.#socket.close(1000);
  }

  async waitUntil(condition: () => boolean, description: string): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const cleanUp = () => {
        clearTimeout(timer);
        this.#waiters.delete(check);
      };
      const check = () => {
        if (!condition()) return;
        cleanUp();
        resolve();
      };
      const timer = setTimeout(() => {
        cleanUp();
        reject(new Violation(`${description} did not arrive within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#waiters.add(check);
    });
  }

  #notify(): void {
    for (const check of [...this.#waiters]) check();
  }
}
