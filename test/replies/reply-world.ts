import type { routes, ServerFrame } from '@chat/contract';
import { expect } from 'vitest';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import { createTokenSigner } from '../../packages/server/src/auth/token-signer.js';
import type { ChatApi, ChatRequest } from '../../packages/server/src/domain/api.js';
import { createChatApi } from '../../packages/server/src/domain/create-chat-api.js';
import { StoreUnavailableError } from '../../packages/server/src/domain/errors.js';
import { wholeJson } from '../../packages/server/src/domain/http/json-parts.js';
import type { MessageRecord, Store } from '../../packages/server/src/domain/ports/store.js';
import { systemClock } from '../../packages/server/src/domain/runtime/system-clock.js';
import { inMemoryDependencies } from '../../packages/server/src/in-memory.js';
import type { RedisSharedState } from '../../packages/server/src/shared-state/redis/redis-shared-state.js';
import { createMemoryStore } from '../../packages/server/src/stores/memory/memory-store.js';
import { EventReader } from '../../packages/server/src/testing/read-events.js';
import { FakePeer } from '../support/fake-peer.js';
import { DisplayedText } from './displayed-text.js';
import { SteppedModel } from './model.js';

const secret = 'a secret of the tests, long enough for HS256';
const unlimited = Number.POSITIVE_INFINITY;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** One server instance, which can be killed. */
interface Instance {
  readonly api: ChatApi;
  readonly shared: RedisSharedState | undefined;
  killed: boolean;
}

/** One request for a reply: its key and its result. */
interface Pending {
  readonly key: string;
  readonly content: string;
  readonly done: Promise<void>;
  readonly instance: Instance;
}

/** A streamed response as a client reads it. */
interface OpenStream {
  readonly reader: EventReader;
  readonly displayed: DisplayedText;
}

/** A socket with `stream=1` as a client reads it. */
class StreamingSocket extends FakePeer {
  readonly displayed = new DisplayedText();
  /** The texts of complete messages, which replace what is displayed. */
  readonly completed = new Map<string, string>();
  readonly #onFailure: (error: unknown) => void;
  isOpen = true;

  constructor(onFailure: (error: unknown) => void) {
    super();
    this.#onFailure = onFailure;
  }

  override send(text: string): void {
    super.send(text);
    const { type, data } = JSON.parse(text) as ServerFrame;
    if (type === 'message' && data.id !== undefined) this.completed.set(data.id, data.content);
    try {
      if (data.event === 'delta') this.displayed.add(data);
    } catch (error) {
      // The server would only close the socket.
      this.#onFailure(error);
    }
  }
}

/** A user with several clients, of one server instance or several. Each client checks what it displays. */
export class ReplyWorld {
  readonly model = new SteppedModel();
  readonly instances: Instance[];
  readonly sockets: StreamingSocket[] = [];
  readonly #store = createMemoryStore();
  readonly #pending: Pending[] = [];
  readonly #streams: OpenStream[] = [];
  readonly #failures: unknown[] = [];
  /** The ids of questions, once for each requested regeneration. */
  readonly #regenerated: string[] = [];
  #token = '';
  #userId = '';
  #keys = 0;

  constructor(shared: readonly (RedisSharedState | undefined)[]) {
    this.instances = shared.map((state) => this.#createInstance(state));
  }

  get #alive(): Instance[] {
    return this.instances.filter(({ killed }) => !killed);
  }

  instance(number: number): Instance {
    const alive = this.#alive;
    return alive[number % alive.length]!;
  }

  async logIn(): Promise<void> {
    const user = { username: 'ada', password: 's3cret' };
    await this.instances[0]!.api.addUser(user);
    const login = await this.#call(this.instances[0]!, 'login', user);
    this.#token = (login as { access_token: string }).access_token;
    this.#userId = (await this.#store.userByName('ada'))!.id;
  }

  ask(number: number, streamed: boolean): void {
    this.#keys += 1;
    this.#send(this.instance(number), `key-${this.#keys}`, `question ${this.#keys}`, streamed);
  }

  /** Sends the newest request again, as after a lost connection. */
  repeat(number: number): void {
    const last = this.#pending.at(-1);
    if (last !== undefined) this.#send(this.instance(number), last.key, last.content, true);
  }

  async regenerate(number: number): Promise<void> {
    const question = (await this.messages()).find(({ role }) => role === 'user');
    if (question === undefined) return;
    this.#keys += 1;
    const key = `key-${this.#keys}`;
    this.#regenerated.push(question.id);
    const instance = this.instance(number);
    const done = this.#stream(instance, 'regenerate', { messageId: question.id }, key);
    this.#pending.push({ key, content: '', done, instance });
  }

  stop(number: number): void {
    const instance = this.instance(number);
    const done = this.#call(instance, 'stop', {}).then(
      () => {},
      () => {},
    );
    this.#pending.push({ key: '', content: '', done, instance });
  }

  join(number: number): void {
    if (this.sockets.filter(({ isOpen }) => isOpen).length >= 6) return;
    const socket = new StreamingSocket((error) => this.#failures.push(error));
    const request = { token: this.#token, origin: undefined, host: 'chat.test', stream: true };
    socket.session = this.instance(number).api.open(socket, request);
    this.sockets.push(socket);
  }

  leave(number: number): void {
    const socket = this.sockets[number % Math.max(1, this.sockets.length)];
    if (socket === undefined || !socket.isOpen) return;
    socket.isOpen = false;
    socket.disconnect();
  }

  /** The client of a streamed response loses its connection. */
  async dropStream(number: number): Promise<void> {
    await this.#streams[number % Math.max(1, this.#streams.length)]?.reader.close();
  }

  /** Every open socket of the only instance displays the text so far; also one that has opened just now. */
  expectTextSoFar(): void {
    const text = this.model.textSoFar;
    if (text === undefined || text === '') return;
    for (const { isOpen, frames, displayed } of this.sockets) {
      if (isOpen && frames.length > 0) expect([...displayed.byId.values()].at(-1)).toBe(text);
    }
  }

  /** The instance disappears: it reaches neither Redis nor the database any more. */
  async kill(number: number): Promise<void> {
    if (this.#alive.length < 2) return;
    const instance = this.instance(number);
    instance.killed = true;
    await instance.shared?.close();
  }

  /** Lets the model complete all replies, and waits until every client has received the result. */
  async finish(timeoutMs: number): Promise<void> {
    const pending = this.#pending.filter(({ instance }) => !instance.killed);
    let settled = false;
    void Promise.all(pending.map(({ done }) => done)).then(() => {
      settled = true;
    });
    await expect
      .poll(
        () => {
          this.model.step();
          return settled;
        },
        { timeout: timeoutMs, interval: 2 },
      )
      .toBe(true);
  }

  messages(): Promise<MessageRecord[]> {
    return this.#store.messages(this.#userId, { from: 1, to: Number.MAX_SAFE_INTEGER });
  }

  /** At most one reply per question and regeneration; what is stored is what the model sent and every client displayed. */
  async expectConsistent(timeoutMs: number): Promise<void> {
    if (this.#failures.length > 0) throw this.#failures[0];
    expect(await this.#store.check()).toEqual([]);
    const messages = await this.messages();
    for (const question of messages.filter(({ role }) => role === 'user')) {
      const replies = messages.filter(({ replyTo }) => replyTo === question.id).length;
      const regenerated = this.#regenerated.filter((id) => id === question.id).length;
      expect(replies).toBeLessThanOrEqual(1 + regenerated);
    }
    const contents = new Map<string, string>();
    for (const { id, role, content, stopped } of messages) {
      if (role === 'user') continue;
      contents.set(id, content);
      const output = this.model.outputs.find((each) => each.startsWith(content));
      expect(output).toBeDefined();
      if (!stopped) expect(content).toBe(output);
    }
    const last = messages.at(-1)?.id;
    for (const socket of this.sockets) {
      if (!socket.isOpen || last === undefined) continue;
      // A socket that opened after the last message has no frame with it.
      if (socket.displayed.byId.size === 0) continue;
      // Between instances, a delta can be lost on a busy machine. The complete message then replaces the text.
      const isRemote = this.instances.length > 1;
      const isDisplayed = (id: string, text: string) => {
        const content = contents.get(id) ?? text;
        return content === text || (isRemote && socket.completed.get(id) === content);
      };
      const isComplete = () =>
        [...socket.displayed.byId].every(([id, text]) => isDisplayed(id, text));
      await expect.poll(isComplete, { timeout: timeoutMs }).toBe(true);
    }
    for (const { displayed } of [...this.sockets, ...this.#streams]) {
      for (const [id, text] of displayed.byId) {
        expect((contents.get(id) ?? text).startsWith(text)).toBe(true);
        expect(this.model.outputs.some((output) => output.startsWith(text))).toBe(true);
      }
    }
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) if (socket.isOpen) socket.disconnect();
    for (const { reader } of this.#streams) await reader.close();
    for (const { api, shared } of this.#alive) {
      await api.drain();
      await shared?.close();
    }
  }

  #createInstance(shared: RedisSharedState | undefined): Instance {
    const instance = { killed: false, shared } as { -readonly [K in keyof Instance]: Instance[K] };
    const dependencies = inMemoryDependencies({
      clock: systemClock,
      logger: silent,
      passwords: cheapHasher,
      tokens: createTokenSigner(secret),
      assistant: this.model,
      store: killable(this.#store, () => instance.killed),
      limiter: shared?.limiter,
      leases: shared?.leases,
      turns: shared?.turns,
      fanOut: shared?.fanOut,
      limits: { messagesPerWindow: unlimited, socketsPerUser: 10, streamsPerUser: 100 },
    });
    instance.api = createChatApi(dependencies);
    return instance;
  }

  #send(instance: Instance, key: string, content: string, streamed: boolean): void {
    const body = { message: content };
    const done = streamed
      ? this.#stream(instance, 'sendMessage', body, key)
      : this.#call(instance, 'sendMessage', body, { 'idempotency-key': key }).then(() => {});
    this.#pending.push({ key, content, done: done.catch(() => {}), instance });
  }

  /** Reads a streamed response to its end. */
  async #stream(
    instance: Instance,
    route: 'sendMessage' | 'regenerate',
    body: object,
    key: string,
  ): Promise<void> {
    const headers = { accept: 'text/event-stream', 'idempotency-key': key };
    const response = await instance.api.handle(route, this.#request(body, headers));
    if (!('events' in response)) return;
    const stream = { reader: new EventReader(response.events), displayed: new DisplayedText() };
    this.#streams.push(stream);
    try {
      let lastId: string | undefined;
      for (let next = await stream.reader.next(); next; next = await stream.reader.next()) {
        if (next.event === 'delta') {
          stream.displayed.add(next.data);
          lastId = next.data.id;
        }
        if (next.event !== 'message' || next.data.response === '') continue;
        expect(stream.displayed.byId.get(lastId ?? '')).toBe(next.data.response);
      }
    } catch (error) {
      if (!instance.killed) this.#failures.push(error);
    }
  }

  async #call(
    instance: Instance,
    route: keyof typeof routes,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    const response = await instance.api.handle(route, this.#request(body, headers));
    return 'json' in response ? JSON.parse(await wholeJson(response.json)) : undefined;
  }

  #request(body: object, headers: Record<string, string>): ChatRequest {
    const all: Record<string, string> = { authorization: `Bearer ${this.#token}`, ...headers };
    return { id: 'call', ip: '127.0.0.1', header: (name) => all[name], query: {}, body };
  }
}

/** The store as an instance sees it; after its death every call fails. */
function killable(store: Store, isKilled: () => boolean): Store {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== 'function') return method;
      return (...args: unknown[]) =>
        isKilled()
          ? Promise.reject(new StoreUnavailableError('The instance was killed.'))
          : Reflect.apply(method, target, args);
    },
  });
}
