import type { Message } from '@chat/contract';
import { echoAssistant } from '../assistant/echo-assistant.js';
import { cheapHasher } from '../auth/cheap-hasher.js';
import { createTokenSecret, createTokenSigner } from '../auth/token-signer.js';
import type { ChatApi } from '../chat/api.js';
import { createChatApi } from '../chat/create-chat-api.js';
import { createIdentifiers } from '../chat/identifiers.js';
import { defaultLimits } from '../chat/limits.js';
import { createManualClock, type ManualClock } from '../chat/manual-clock.js';
import type { Assistant, FanOut, Identifiers, Logger, TokenClaims } from '../chat/ports.js';
import { presentMessage } from '../chat/present.js';
import { createInProcessFanOut } from '../shared-state/in-process-fan-out.js';
import { createInProcessLeases } from '../shared-state/in-process-leases.js';
import { createInProcessLimiter } from '../shared-state/in-process-limiter.js';
import { createInProcessTurnQueue } from '../shared-state/in-process-turn-queue.js';
import { createMemoryStore, type MemoryStore } from '../store/memory-store.js';
import type { ChatMockOptions, MockReply } from './options.js';

const say = (fields: object, text: string): void => console.error(`[chat mock] ${text}`, fields);
const nothing = (): void => {};
/** A failure inside the mock is the test author's to see; the rest is noise in a test's output. */
const logger: Logger = { debug: nothing, info: nothing, warn: nothing, error: say };

/** One backend, from its first moment on: `reset()` throws it away and makes another. */
export class World {
  readonly api: ChatApi;
  readonly clock: ManualClock;
  readonly identifiers: Identifiers;
  /** Resolves when the users are there. */
  readonly ready: Promise<void>;
  readonly #store: MemoryStore = createMemoryStore();
  readonly #fanOut: FanOut = createInProcessFanOut(logger);
  readonly #issued: TokenClaims[] = [];

  constructor(options: ChatMockOptions, start: number, reply: () => MockReply | undefined) {
    const limits = { ...defaultLimits, ...options.limits };
    this.clock = createManualClock(start);
    this.identifiers = createIdentifiers(this.clock);
    // A secret of its own: a token of another mock, or from before a reset, is a stranger here.
    const signer = createTokenSigner(createTokenSecret());
    this.api = createChatApi({
      store: this.#store,
      assistant: this.#assistant(reply),
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

  /** Ends every token that was given so far, at once; their sockets close with 4401. */
  expireTokens(): void {
    for (const { sub, jti, exp } of this.#issued.splice(0)) {
      // The memory store does it before it returns.
      void this.#store.revokeToken(jti, exp * 1000);
      this.#fanOut.publish(sub, { kind: 'revoked', jti });
    }
  }

  userId(username: string): string {
    const id = this.#store.userIdOf(username);
    if (id !== undefined) return id;
    throw new Error(`This mock has no user "${username}": name it in the option "users".`);
  }

  usernameOf(userId: string): string | undefined {
    return this.#store.usernameOf(userId);
  }

  messages(username: string): Required<Message>[] {
    const { records, readSeq } = this.#store.everythingOf(this.userId(username));
    return records.map((record) => presentMessage(record, readSeq));
  }

  async #addUsers({ users }: ChatMockOptions): Promise<void> {
    for (const user of users) await this.api.addUser(user);
  }

  #assistant(replyNow: () => MockReply | undefined): Assistant {
    const echo = echoAssistant();
    return {
      reply: ({ messages, userId, signal }) => {
        const reply = replyNow();
        if (reply === undefined) return echo.reply({ messages, userId, signal });
        const username = this.#store.usernameOf(userId) ?? userId;
        const made = reply(messages.at(-1)?.content ?? '', { username, messages, signal });
        return typeof made === 'string' ? Promise.resolve(made) : made;
      },
    };
  }
}
