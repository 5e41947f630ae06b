import type { SendableSocket } from './sendable-socket.js';
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

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A socket under test: remembers every frame, and waits for the ones a check asks about. */
export class ProbeSocket {
  readonly frames: Frame[] = [];
  /** How the socket ended; `undefined` while it lives. */
  ended: Closing | undefined;
  readonly #socket: SendableSocket;
  readonly #patienceMs: number;
  readonly #onSend: () => void;
  readonly #watchers = new Set<() => void>();
  #opened = false;

  constructor(socket: SendableSocket, patienceMs: number, onSend: () => void) {
    this.#socket = socket;
    this.#patienceMs = patienceMs;
    this.#onSend = onSend;
    socket.addEventListener('open', () => {
      this.#opened = true;
      this.#changed();
    });
    socket.addEventListener('message', (event: { data: unknown }) => {
      this.frames.push(JSON.parse(String(event.data)) as Frame);
      this.#changed();
    });
    socket.addEventListener('close', (event: Closing) => {
      this.ended ??= { code: event.code, reason: event.reason };
      this.#changed();
    });
    // A refused upgrade is an error without a close in some runtimes.
    socket.addEventListener('error', () => {
      if (!this.#opened) this.ended ??= { code: 1006, reason: 'the upgrade was refused' };
      this.#changed();
    });
  }

  get messages(): Frame[] {
    return this.frames.filter((frame) => frame.type === 'message');
  }

  /** Whether the backend has shown that it took the socket in, or that it did not. */
  get heard(): boolean {
    return this.frames.length > 0 || this.ended !== undefined;
  }

  async open(): Promise<this> {
    await this.until(() => this.#opened || this.ended !== undefined, 'the socket to open');
    return this;
  }

  send(frame: unknown): void {
    this.sendRaw(JSON.stringify(frame));
  }

  sendUnlessEnded(frame: unknown): void {
    if (this.ended === undefined) this.send(frame);
  }

  sendRaw(data: string | Uint8Array): void {
    this.#onSend();
    this.#socket.send(data);
  }

  /** The first frame, from `from` on, that `matches`. */
  async next(matches: (frame: Frame) => boolean, what: string, from = 0): Promise<Frame> {
    const find = () => this.frames.slice(from).find(matches);
    await this.until(() => find() !== undefined || this.ended !== undefined, what);
    const frame = find();
    if (frame === undefined) {
      throw new Violation(`the socket closed with ${this.ended?.code} before ${what} came`);
    }
    return frame;
  }

  /** A `message` frame with this role and content. */
  message(role: string, content: string, from = 0): Promise<Frame> {
    return this.next(
      ({ type, data }) => type === 'message' && data.role === role && data.content === content,
      `the ${role}'s message frame`,
      from,
    );
  }

  /** The reply that follows the user's message with this content. */
  async exchange(content: string, id?: string): Promise<{ user: Frame; reply: Frame }> {
    const from = this.frames.length;
    this.send({ type: 'message', content, ...(id === undefined ? {} : { id }) });
    const user = await this.message('user', content, from);
    const reply = await this.next(
      ({ type, data }) => type === 'message' && data.role === 'assistant',
      'the reply',
      this.frames.indexOf(user),
    );
    return { user, reply };
  }

  status(event: string, from = 0): Promise<Frame> {
    return this.next(
      ({ type, data }) => type === 'status' && data.event === event,
      `a status frame "${event}"`,
      from,
    );
  }

  async closing(): Promise<Closing> {
    await this.until(() => this.ended !== undefined, 'the socket to close');
    return this.ended as Closing;
  }

  /** The close code of a socket that was refused, `undefined` when a message shows that it was taken. */
  async verdict(): Promise<number | undefined> {
    const content = `Was this socket taken? (${crypto.randomUUID()})`;
    this.sendUnlessEnded({ type: 'message', content });
    const shown = () => this.messages.some(({ data }) => data.content === content);
    await this.until(() => shown() || this.ended !== undefined, 'an answer or a refusal');
    return this.ended?.code;
  }

  close(): void {
    if (this.ended === undefined) this.#socket.close(1000);
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#watchers.delete(look);
      };
      const look = () => {
        if (!holds()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Violation(`${what} did not come within ${this.#patienceMs} ms`));
      }, this.#patienceMs);
      this.#watchers.add(look);
    });
  }

  #changed(): void {
    for (const look of [...this.#watchers]) look();
  }
}
