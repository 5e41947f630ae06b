import type { RouteName, ServerFrame } from '@chat/contract';
import { echoAssistant } from '../../assistants/echo-assistant.js';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createTokenSecret, createTokenSigner } from '../../auth/token-signer.js';
import type { ChatApi, ChatLimits } from '../../domain/api.js';
import { createChatApi } from '../../domain/create-chat-api.js';
import { serializeMessage } from '../../domain/messages/serialize.js';
import type { StoredMessage } from '../../domain/messages/stored-message.js';
import type {
  Assistant,
  FanOut,
  IdGenerator,
  Logger,
  PasswordHasher,
  TokenClaims,
} from '../../domain/ports/index.js';
import { createManualClock, type ManualClock } from '../../domain/runtime/manual-clock.js';
import { systemClock } from '../../domain/runtime/system-clock.js';
import { inMemoryDependencies } from '../../in-memory.js';
import { createMemoryStore, type MemoryStore } from '../../stores/memory/memory-store.js';
import type { RecordedEvent, RecordedTurn } from '../recording/recording.js';
import { ReplayScript, rejectionOf } from '../recording/replay-script.js';
import { FaultList } from './fault-list.js';
import type { ReceivedRequest } from './mock-request.js';
import { MockSockets, tokenSubject } from './mock-sockets.js';
import type { MockOptions, MockReply, MockReplyRule, MockUser } from './options.js';
import { createRuleReply, delay } from './reply-rules.js';
import { RequestLog } from './request-log.js';

const noop = (): void => {};
const echo: MockReply = (message, { signal }) =>
  echoAssistant().reply({ messages: [{ role: 'user', content: message }], userId: '', signal });
/** Only warnings and errors, such as a failing reply function, are useful to the author of a test. */
const logger: Logger = {
  debug: noop,
  info: noop,
  warn: (fields, text) => console.warn(`[chat mock] ${text}`, fields),
  error: (fields, text) => console.error(`[chat mock] ${text}`, fields),
};

/** How to create the backend of a mock. */
export interface MockSetup extends MockOptions {
  /** Origins whose pages may open sockets; `*` is any. */
  readonly allowedOrigins: readonly string[];
  /** Whether the clock of the machine is used, which cannot be advanced. */
  readonly realTime?: boolean;
}

/** The state of a mock. `reset()` disposes of it and creates another. */
export class MockBackend {
  readonly api: ChatApi;
  readonly idGenerator: IdGenerator;
  readonly limits: ChatLimits;
  readonly faults = new FaultList();
  readonly sockets = new MockSockets();
  readonly log = new RequestLog();
  /** Resolves when the users are added. */
  readonly ready: Promise<void>;
  readonly #store: MemoryStore = createMemoryStore();
  readonly #fanOut: FanOut;
  readonly #issuedTokens: TokenClaims[] = [];
  readonly #aborted = new AbortController();
  /** `undefined` in real time. */
  readonly #clock: ManualClock | undefined;
  #reply: MockReply = echo;
  readonly #usernames: ReadonlySet<string>;
  readonly #script: ReplayScript | undefined;
  /** The password of users that may log in with any. */
  readonly #anyPassword = crypto.randomUUID();
  /** What follows the replies that are being stored, by the ids of their users. */
  readonly #later = new Map<string, readonly RecordedEvent[]>();

  constructor(setup: MockSetup, start: number) {
    this.#script = setup.replay && new ReplayScript(setup.replay);
    const users = [...setup.users, ...this.#recordedUsers(setup)];
    this.#usernames = new Set(users.map(({ username }) => username));
    this.#clock = setup.realTime ? undefined : createManualClock(start);
    // A new secret, so that tokens of another mock, or from before a reset, are invalid.
    const signer = createTokenSigner(createTokenSecret());
    const dependencies = inMemoryDependencies({
      clock: this.#clock ?? systemClock,
      logger,
      passwords: this.#passwords(),
      store: this.#store,
      assistant: this.#assistant(),
      tokens: {
        sign: (claims) => {
          this.#issuedTokens.push(claims);
          return signer.sign(claims);
        },
        verify: (token) => signer.verify(token),
      },
      limits: setup.limits,
      allowedOrigins: setup.allowedOrigins,
    });
    this.api = createChatApi(dependencies);
    this.idGenerator = dependencies.idGenerator;
    this.limits = dependencies.limits;
    this.#fanOut = dependencies.fanOut;
    this.#fanOut.subscribe((userId, event) => {
      if (event.kind === 'frame') this.#continueTurn(userId, event.frame);
    });
    this.ready = this.#addUsers(users);
    this.ready.catch(noop);
  }

  /** Closes all sockets and aborts the replies in progress. */
  dispose(): void {
    // 1000 stops reconnection: the client of one test must not connect to the backend of the next.
    this.sockets.closeAll(1000, 'The mock was reset.');
    this.#aborted.abort();
  }

  get isRealTime(): boolean {
    return this.#clock === undefined;
  }

  get isReplay(): boolean {
    return this.#script !== undefined;
  }

  now(): number {
    return (this.#clock ?? systemClock).now();
  }

  hasUser(username: string): boolean {
    return this.#usernames.has(username);
  }

  setReply(reply: MockReply | MockReplyRule | readonly MockReplyRule[]): void {
    this.#reply = typeof reply === 'function' ? reply : createRuleReply([reply].flat(), echo);
  }

  /** @throws Error in real time */
  advance(ms: number): void {
    if (this.#clock === undefined) {
      throw new Error('This mock runs in real time: start it without --real-time to advance it.');
    }
    this.#clock.advance(ms);
  }

  /** Revokes all tokens at once; their sockets close with 4401. */
  expireTokens(): void {
    for (const { sub, jti, exp } of this.#issuedTokens.splice(0)) {
      // The memory store revokes synchronously, so the promise need not be awaited.
      void this.#store.revokeToken(sub, jti, exp * 1000);
      this.#fanOut.publish(sub, { kind: 'revoked', jti });
    }
  }

  /** The open sockets of a user, oldest first. */
  openSockets(username: string) {
    this.assertUser(username);
    return this.sockets.listOpen().filter(({ token }) => this.#usernameOfToken(token) === username);
  }

  messages(username: string): StoredMessage[] {
    const userId = this.userId(username);
    // Directly after a reset the users are not added yet.
    if (userId === undefined) return [];
    const { records, readSeq } = this.#store.allMessages(userId);
    return records.map((record) => serializeMessage(record, readSeq));
  }

  async push(username: string, content: string): Promise<void> {
    this.assertUser(username);
    await this.ready;
    await this.api.pushMessage(this.userId(username) ?? '', content);
  }

  /** Records a request. The returned function records its result. */
  record(
    route: RouteName | undefined,
    request: ReceivedRequest,
  ): (status: number | 'network error') => void {
    return this.log.add(route, request, (token) => this.#usernameOfToken(token));
  }

  /** @throws Error when the mock was created without this user. */
  assertUser(username: string): void {
    if (this.hasUser(username)) return;
    throw new Error(`This mock has no user "${username}": add it to the option "users".`);
  }

  userId(username: string): string | undefined {
    this.assertUser(username);
    return this.#store.userIdOf(username);
  }

  /**
   * Takes the recorded rejection of a message, which the domain must not process then.
   * @param via how the message was sent
   */
  takeRejection(
    token: string,
    message: unknown,
    via: 'http' | 'socket',
  ): { readonly turn: RecordedTurn; readonly event: RecordedEvent } | undefined {
    if (this.#script === undefined || typeof message !== 'string') return undefined;
    const turn = this.#script.peek(this.#usernameOfToken(token) ?? '', message);
    const event = turn && rejectionOf(turn);
    if (turn === undefined || event === undefined) return undefined;
    if ((turn.via === 'socket') !== (via === 'socket')) return undefined;
    this.#script.use(turn);
    return { turn, event };
  }

  /** Replays what followed a reply, after it was stored and sent. */
  #continueTurn(userId: string, frame: string): void {
    const later = this.#later.get(userId);
    if (later === undefined) return;
    const { type, data } = JSON.parse(frame) as ServerFrame;
    if (type !== 'message' || data.role !== 'assistant') return;
    this.#later.delete(userId);
    const username = this.#store.usernameOf(userId) ?? '';
    // A reset ends it.
    this.#replayLater(username, later).catch(noop);
  }

  async #replayLater(username: string, events: readonly RecordedEvent[]): Promise<void> {
    for (const { close, delayMs, push, reason = '' } of events) {
      await delay(delayMs, this.#aborted.signal);
      if (push !== undefined) await this.push(username, push);
      if (close === undefined) continue;
      for (const connection of this.openSockets(username)) {
        if (close === 1006) connection.drop();
        else connection.close(close, reason);
      }
    }
  }

  #recordedUsers({ users }: MockOptions): MockUser[] {
    const given = new Set(users.map(({ username }) => username));
    const recorded = this.#script?.usernames.filter((username) => !given.has(username)) ?? [];
    return recorded.map((username) => ({ username, password: this.#anyPassword }));
  }

  #passwords(): PasswordHasher {
    const any = this.#anyPassword;
    return {
      hash: async (password) => (password === any ? any : cheapHasher.hash(password)),
      verify: async (hash, password) => hash === any || cheapHasher.verify(hash, password),
    };
  }

  #usernameOfToken(token: string): string | undefined {
    return this.#store.usernameOf(tokenSubject(token));
  }

  async #addUsers(users: readonly MockUser[]): Promise<void> {
    for (const user of users) await this.api.addUser(user);
  }

  #assistant(): Assistant {
    return {
      reply: ({ messages, userId, signal }) => {
        const username = this.#store.usernameOf(userId) ?? userId;
        const script = this.#script;
        if (script !== undefined) {
          return script.reply(
            messages.at(-1)?.content ?? '',
            { username, signal: AbortSignal.any([signal, this.#aborted.signal]) },
            (later) => this.#later.set(userId, later),
          );
        }
        const result = this.#reply(messages.at(-1)?.content ?? '', {
          username,
          messages,
          signal: AbortSignal.any([signal, this.#aborted.signal]),
        });
        return typeof result === 'string' ? Promise.resolve(result) : result;
      },
    };
  }
}
