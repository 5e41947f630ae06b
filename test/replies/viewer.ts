import { expect } from 'vitest';
import WebSocket from 'ws';
import { EventReader } from '../../packages/server/src/testing/read-events.js';
import { call, logIn, send } from '../cluster/http-calls.js';
import { DisplayedText } from './displayed-text.js';

export interface StoredMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly replyTo?: string;
  readonly stopped?: boolean;
}

const polling = { timeout: 60_000, interval: 100 };

/** A socket with `stream=1`, as a client reads it. */
class StreamingSocket {
  readonly displayed = new DisplayedText();
  readonly messages = new Map<string, string>();
  readonly failures: unknown[] = [];
  readonly #socket: WebSocket;
  #isGreeted = false;

  constructor(url: string, token: string) {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat?stream=1&token=${token}`);
    this.#socket.on('error', () => {});
    this.#socket.on('message', (frame) => {
      const { type, data } = JSON.parse(String(frame));
      this.#isGreeted = true;
      if (type === 'message') this.messages.set(data.id, data.content);
      if (data.event !== 'delta') return;
      try {
        this.displayed.add(data);
      } catch (error) {
        this.failures.push(error);
      }
    });
  }

  async open(): Promise<this> {
    await expect.poll(() => this.#isGreeted, polling).toBe(true);
    return this;
  }

  close(): void {
    this.#socket.close();
  }
}

/** A user with a socket on an instance that will be killed, and one on an instance that survives. */
export class Viewer {
  readonly name: string;
  /** Streams that ended without their response. */
  lostResponses = 0;
  readonly #failures: unknown[] = [];
  readonly #texts: DisplayedText[] = [];
  readonly #sockets: StreamingSocket[] = [];
  readonly #regenerated: string[] = [];
  #survivor = '';
  #token = '';
  #keys = 0;

  constructor(name: string) {
    this.name = name;
  }

  async connect(survivor: string, victim: string): Promise<void> {
    this.#survivor = survivor;
    if (this.#token === '') this.#token = await logIn(survivor, this.name);
    for (const socket of this.#sockets.splice(0)) socket.close();
    for (const url of [survivor, victim]) {
      this.#sockets.push(await new StreamingSocket(url, this.#token).open());
    }
  }

  /** Sends a question, or requests another reply to the newest one, and resolves with the complete response. */
  async request(url: string, kind: 'ask' | 'regenerate'): Promise<void> {
    this.#keys += 1;
    const key = `${this.name}-${this.#keys}`;
    const question = (await this.history()).findLast(({ role }) => role === 'user');
    if (kind === 'regenerate' && question !== undefined) {
      this.#regenerated.push(question.id);
      await this.#receive(url, '/regenerate', { messageId: question.id }, key);
    } else {
      await this.#receive(url, '', { message: `Question ${key}` }, key);
    }
  }

  /** Stops any reply. */
  async stop(): Promise<void> {
    const { status } = await call(this.#survivor, '/api/v1/chat/stop', {
      token: this.#token,
      body: {},
    });
    expect(status).toBe(200);
  }

  async history(): Promise<StoredMessage[]> {
    const path = '/api/v1/chat/history?order=asc&pageSize=100';
    return (await call(this.#survivor, path, { token: this.#token })).body.messages;
  }

  /** What is stored is what the model sent, and what every client has displayed. */
  async expectConsistent(outputs: readonly string[]): Promise<void> {
    const [survivor] = this.#sockets;
    // Its number shows the socket whether it has missed a message of the instance that was killed.
    await send(this.#survivor, this.#token, 'The last one');
    const stored = await this.history();
    for (const { id } of stored.filter(({ role }) => role === 'user')) {
      const replies = stored.filter(({ replyTo }) => replyTo === id).length;
      const regenerated = this.#regenerated.filter((each) => each === id).length;
      expect(replies, `${this.name}: replies`).toBeLessThanOrEqual(1 + regenerated);
    }
    const contents = new Map(stored.map(({ id, content }) => [id, content]));
    for (const { role, content, stopped } of stored) {
      if (role === 'user') continue;
      const output = outputs.find((each) => each.startsWith(content));
      expect(output, `${this.name}: ${content}`).toBeDefined();
      if (!stopped) expect(content).toBe(output);
    }
    const received = () =>
      [...(survivor?.messages ?? [])].map(([id, content]) => content === contents.get(id));
    const newest = stored.at(-1)?.id ?? '';
    await expect.poll(() => survivor?.messages.has(newest), polling).toBe(true);
    expect(received()).not.toContain(false);
    expect([...this.#failures, ...this.#sockets.flatMap(({ failures }) => failures)]).toEqual([]);
    for (const { byId } of [...this.#texts, ...this.#sockets.map(({ displayed }) => displayed)]) {
      for (const [id, text] of byId) {
        expect((contents.get(id) ?? text).startsWith(text), `${this.name}: ${text}`).toBe(true);
        expect(outputs.some((output) => output.startsWith(text))).toBe(true);
      }
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  /** Requests a stream, and requests it again from the survivor, with the same key, until it is complete. */
  async #receive(url: string, route: string, body: object, key: string): Promise<void> {
    let from = url;
    const attempt = async (): Promise<boolean> => {
      try {
        return await this.#read(from, route, body, key);
      } finally {
        from = this.#survivor;
      }
    };
    await expect.poll(attempt, polling).toBe(true);
  }

  /** Returns whether the stream is complete. */
  async #read(url: string, route: string, body: object, key: string): Promise<boolean> {
    const displayed = new DisplayedText();
    this.#texts.push(displayed);
    let lastId = '';
    try {
      const response = await fetch(`${url}/api/v1/chat${route}`, {
        method: 'POST',
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(body),
      });
      if (response.status !== 200 || response.body === null) return false;
      const events = new EventReader(response.body.pipeThrough(new TextDecoderStream()));
      for (let next = await events.next(); next; next = await events.next()) {
        if (next.event === 'delta') {
          displayed.add(next.data);
          lastId = next.data.id;
        }
        if (next.event !== 'message') continue;
        const text = displayed.byId.get(lastId) ?? '';
        if (text !== next.data.response) this.#failures.push([text, next.data.response]);
        return true;
      }
    } catch (error) {
      // The instance was killed.
      if (!(error instanceof TypeError)) throw error;
      this.lostResponses += 1;
    }
    return false;
  }
}
