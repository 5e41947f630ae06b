import { echoAssistant } from '../assistant/echo-assistant.js';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createTokenSecret, createTokenSigner } from '../auth/token-signer.js';
import type { ChatApi, ChatLimits } from '../chat/api.js';
import { createChatApi } from '../chat/create-chat-api.js';
import { createIdentifiers } from '../chat/identifiers.js';
import { limitsWith } from '../chat/limits.js';
import { createManualClock, type ManualClock } from '../chat/manual-clock.js';
import type { Assistant, FanOut, Identifiers, Logger, TokenClaims } from '../chat/ports.js';
import { presentMessage } from '../chat/present.js';
import type { StoredMessage } from '../chat/stored-message.js';
import { createInProcessFanOut } from '../shared-state/in-process-fan-out.js';
import { createInProcessLeases } from '../shared-state/in-process-leases.js';
import { createInProcessLimiter } from '../shared-state/in-process-limiter.js';
import { createInProcessTurnQueue } from '../shared-state/in-process-turn-queue.js';
import { createMemoryStore, type MemoryStore } from '../store/memory-store.js';
import { FaultList } from './fault-list.js';
import { MockSockets, subjectOf } from './mock-sockets.js';
import type { ChatMockOptions, MockReply } from './options.js';
import { RequestLog, type SeenCall } from './request-log.js';

const nothing = (): void => {};
/** What failed inside the mock, a reply among it, is the test author's to see; the rest is noise. */
const logger: Logger = {
  debug: nothing,
  info: nothing,
  warn: (fields, text) => console.warn(`[chat mock] ${text}`, fields),
  error: (fields, text) => console.error(`[chat mock] ${text}`, fields),
};

/** One backend, from its first moment on: `reset()` throws it away and makes another. */
export class World {
  readonly api: ChatApi;
  readonly clock: ManualClock;
  readonly identifiers: Identifiers;
  readonly limits: ChatLimits;
  readonly faults = new FaultList();
  readonly sockets = new MockSockets();
  readonly log = new RequestLog();
  /** Makes the assistant's replies; without one the assistant repeats what it was told. */
  reply: MockReply | undefined;
  /** Resolves when the users are there. */
  readonly ready: Promise<void>;
  readonly #store: MemoryStore = createMemoryStore();
  readonly #fanOut: FanOut = createInProcessFanOut(logger);
  readonly #issued: TokenClaims[] = [];
  readonly #over = new AbortController();

  readonly #names: ReadonlySet<string>;

  constructor(options: ChatMockOptions, start: number) {
    const limits = limitsWith(options.limits);
    this.limits = limits;
    this.#names = new Set(options.users.map(({ username }) => username));
    this.clock = createManualClock(start);
    this.identifiers = createIdentifiers(this.clock);
    // A secret of its own: a token of another mock, or from before a reset, is a stranger here.
    const signer = createTokenSigner(createTokenSecret());
    this.api = createChatApi({
      store: this.#store,
      assistant: this.#assistant(),
      clock: this.clock,
      identifiers: this.identifiers,
      passwords: cheapHasher,
      tokens: {
        sign: (claims) => {
          this.#issued.push(claims);
          return signer.sign(claims);
        },
        verify: (token) => signer.verify(token),
      },
      limiter: createInProcessLimiter(this.clock),
      leases: createInProcessLeases(),
      turns: createInProcessTurnQueue(limits),
      fanOut: this.#fanOut,
      logger,
      limits,
      allowedOrigins: ['*'],
      timeZone: 'UTC',
    });
    this.ready = this.#addUsers(options);
    this.ready.catch(nothing);
  }

  /** Nobody waits for its replies any more, and its sockets are gone for good. */
  end(): void {
    // Normally: a client that a test left behind must not come back into the next one.
    this.sockets.closeAll(1000, 'The mock was reset.');
    this.#over.abort();
  }

  /** Ends every token that was given so far, at once; their sockets close with 4401. */
  expireTokens(): void {
    for (const { sub, jti, exp } of this.#issued.splice(0)) {
      // The memory store does it before it returns.
      void this.#store.revokeToken(jti, exp * 1000);
      this.#fanOut.publish(sub, { kind: 'revoked', jti });
    }
  }

  /** The live sockets of a user, oldest first. */
  socketsOf(username: string) {
    this.checkUser(username);
    return this.sockets.live().filter(({ token }) => this.#ownerOf(token) === username);
  }

  messages(username: string): StoredMessage[] {
    const userId = this.userId(username);
    // Right after a reset the users are on their way, and have said nothing.
    if (userId === undefined) return [];
    const { records, readSeq } = this.#store.everythingOf(userId);
    return records.map((record) => presentMessage(record, readSeq));
  }

  async push(username: string, content: string): Promise<void> {
    this.checkUser(username);
    await this.ready;
    await this.api.push(this.userId(username) ?? '', content);
  }

  /** Returns how to say how the call ended. */
  record(call: SeenCall): (status: number | 'network error') => void {
    return this.log.add(call, (token) => this.#ownerOf(token));
  }

  /** @throws Error when the mock was made without this user. */
  checkUser(username: string): void {
    if (this.#names.has(username)) return;
    throw new Error(`This mock has no user "${username}": name it in the option "users".`);
  }

  userId(username: string): string | undefined {
    this.checkUser(username);
    return this.#store.userIdOf(username);
  }

  #ownerOf(token: string): string | undefined {
    return this.#store.usernameOf(subjectOf(token));
  }

  async #addUsers({ users }: ChatMockOptions): Promise<void> {
    for (const user of users) await this.api.addUser(user);
  }

  #assistant(): Assistant {
    const echo = echoAssistant();
    return {
      reply: ({ messages, userId, signal }) => {
        const { reply } = this;
        if (reply === undefined) return echo.reply({ messages, userId, signal });
        const username = this.#store.usernameOf(userId) ?? userId;
        const made = reply(messages.at(-1)?.content ?? '', {
          username,
          messages,
          signal: AbortSignal.any([signal, this.#over.signal]),
        });
        return typeof made === 'string' ? Promise.resolve(made) : made;
      },
    };
  }
}
