// What the domain needs of the world. Adapters bring the real things, tests and the mock bring their own.

/**
 * Time, in milliseconds since the epoch. Everything that waits or expires asks this clock.
 *
 * @example
 * ```ts
 * import { type Clock, createChatServer } from '@chat/server';
 *
 * // A machine that is an hour ahead.
 * const clock: Clock = {
 *   now: () => Date.now() + 3_600_000,
 *   after(ms, task) {
 *     const timer = setTimeout(task, ms);
 *     return () => clearTimeout(timer);
 *   },
 * };
 * const app = await createChatServer({ clock });
 * ```
 */
export interface Clock {
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Runs `task` once after `ms`; the function it returns takes it back. */
  after(ms: number, task: () => void): () => void;
}

/** Where new identifiers come from; time-ordered, so that an index grows at its end. */
export interface Identifiers {
  next(): string;
}

/**
 * Keeps passwords in a form that does not give them away.
 *
 * @example
 * ```ts
 * import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
 * import { promisify } from 'node:util';
 * import type { PasswordHasher } from '@chat/server';
 *
 * // Hashes that another program made, read as it reads them.
 * const derive = promisify<string, string, number, Buffer>(scrypt);
 * const passwords: PasswordHasher = {
 *   async hash(password) {
 *     const salt = randomBytes(16).toString('hex');
 *     return `${salt}:${(await derive(password, salt, 32)).toString('hex')}`;
 *   },
 *   async verify(hash, password) {
 *     const [salt = '', key = ''] = hash.split(':');
 *     return timingSafeEqual(Buffer.from(key, 'hex'), await derive(password, salt, 32));
 *   },
 * };
 * ```
 */
export interface PasswordHasher {
  /** A hash with everything in it that `verify` needs. */
  hash(password: string): Promise<string>;
  /** Whether the password is the one that was hashed. */
  verify(hash: string, password: string): Promise<boolean>;
}

/**
 * The claims of our tokens (RFC 7519); times in whole seconds.
 *
 * @example
 * ```ts
 * import type { TokenClaims } from '@chat/server';
 *
 * const minutesLeft = ({ exp }: TokenClaims) => Math.floor((exp * 1000 - Date.now()) / 60_000);
 * ```
 */
export interface TokenClaims {
  /** The id of the user. */
  readonly sub: string;
  /** The id of the token; it is revoked by this. */
  readonly jti: string;
  /** When it was made, in seconds since the epoch. */
  readonly iat: number;
  /** When it stops being good, in seconds since the epoch. */
  readonly exp: number;
}

/**
 * Signs and checks tokens: HS256 and nothing else. Expiry and revocation are judged by the domain.
 *
 * @example
 * ```ts
 * import type { TokenSigner } from '@chat/server';
 * import { createRemoteJWKSet, jwtVerify } from 'jose';
 *
 * // Users log in elsewhere; here their tokens are only checked.
 * const keys = createRemoteJWKSet(new URL('https://login.example.com/.well-known/jwks.json'));
 * const tokens: TokenSigner = {
 *   sign: () => Promise.reject(new Error('Log in at login.example.com.')),
 *   async verify(token) {
 *     const { payload } = await jwtVerify(token, keys).catch(() => ({ payload: {} as never }));
 *     const { sub, jti, iat, exp } = payload;
 *     return sub && jti && iat && exp ? { sub, jti, iat, exp } : undefined;
 *   },
 * };
 * ```
 */
export interface TokenSigner {
  /** A token that says so. */
  sign(claims: TokenClaims): Promise<string>;
  /** The claims of a token with a good signature and a sound shape, `undefined` for any other. */
  verify(token: string): Promise<TokenClaims | undefined>;
}

/**
 * Whether a {@link Limiter} lets something happen, and when to come back if not, in milliseconds.
 *
 * @example
 * ```ts
 * import type { Allowance } from '@chat/server';
 *
 * const wait = (allowance: Allowance) => (allowance.granted ? 0 : allowance.retryAfterMs);
 * ```
 */
export type Allowance =
  | {
      /** It may happen, and is counted. */
      readonly granted: true;
    }
  | {
      /** It may not, and is not counted. */
      readonly granted: false;
      /** When it may, in milliseconds. */
      readonly retryAfterMs: number;
    };

/**
 * Counts events in a sliding window: never more than `limit` in any `windowMs`.
 *
 * @example
 * ```ts
 * import { createChatServer, type Limiter } from '@chat/server';
 *
 * // Who hits a limit is worth a line; the counting is left to Redis.
 * const limiter: Limiter = {
 *   async take(key, limit, windowMs) {
 *     const allowance = await shared.limiter.take(key, limit, windowMs);
 *     if (!allowance.granted) console.warn(`${key}: more than ${limit} in ${windowMs} ms`);
 *     return allowance;
 *   },
 * };
 * const app = await createChatServer({ store, shared: { ...shared, limiter } });
 * ```
 */
export interface Limiter {
  /** Counts one event of `key`, unless that would be more than `limit` in `windowMs` milliseconds. */
  take(key: string, limit: number, windowMs: number): Promise<Allowance>;
}

/**
 * The live sockets of each user, over all instances; a lease that is not renewed runs out.
 *
 * @example
 * ```ts
 * import type { SocketLeases } from '@chat/server';
 *
 * // Within one process, where nothing has to run out.
 * const sockets = new Map<string, Set<string>>();
 * const leases: SocketLeases = {
 *   async acquire(userId, socketId, limit) {
 *     const mine = sockets.get(userId) ?? new Set<string>();
 *     if (mine.size >= limit) return false;
 *     sockets.set(userId, mine.add(socketId));
 *     return true;
 *   },
 *   async renew() {},
 *   async release(userId, socketId) {
 *     sockets.get(userId)?.delete(socketId);
 *   },
 * };
 * ```
 */
export interface SocketLeases {
  /** False when the user already has `limit` sockets. */
  acquire(userId: string, socketId: string, limit: number): Promise<boolean>;
  /** Says that the socket is alive; to be called with each ping. */
  renew(userId: string, socketId: string): Promise<void>;
  /** Makes room at once, when the socket has ended. */
  release(userId: string, socketId: string): Promise<void>;
}

/**
 * Runs the work of one key in order, one at a time, over all instances.
 *
 * @example
 * ```ts
 * import { createChatServer, type TurnQueue } from '@chat/server';
 *
 * // How long do messages of one user wait for each other?
 * const turns: TurnQueue = {
 *   run(key, work) {
 *     const asked = performance.now();
 *     return shared.turns.run(key, () => {
 *       console.log(`waited ${Math.round(performance.now() - asked)} ms`);
 *       return work();
 *     });
 *   },
 * };
 * const app = await createChatServer({ store, shared: { ...shared, turns } });
 * ```
 */
export interface TurnQueue {
  /** @throws a problem of status 503 when too many wait for this key already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/**
 * What one instance tells all, itself included, in order for each user.
 *
 * @example
 * ```ts
 * import type { FanOut, FanOutEvent } from '@chat/server';
 *
 * // Within one process: who publishes calls who listens.
 * const listeners = new Set<(userId: string, event: FanOutEvent) => void>();
 * const fanOut: FanOut = {
 *   publish(userId, event) {
 *     for (const hear of listeners) hear(userId, event);
 *   },
 *   subscribe(listener) {
 *     listeners.add(listener);
 *     return () => void listeners.delete(listener);
 *   },
 * };
 * ```
 */
export interface FanOut {
  /** Tells all instances. Never throws: what gets lost is found in the store. */
  publish(userId: string, event: FanOutEvent): void;
  /**
   * Every `frame` of every user with a socket here, and every `revoked` of everybody: each instance
   * remembers tokens that it verified. Returns how to stop.
   */
  subscribe(listener: (userId: string, event: FanOutEvent) => void): () => void;
  /** Missing where all events come from this process, and none gets lost. */
  readonly remote?: RemoteFanOut;
}

/**
 * Events that come from other instances too, over something that may lose them.
 *
 * @example
 * ```ts
 * import type { RemoteFanOut } from '@chat/server';
 *
 * // For a page that shows how the instances are.
 * const remote: RemoteFanOut | undefined = shared.fanOut.remote;
 * const hearsOthers = remote === undefined || remote.isConnected();
 * ```
 */
export interface RemoteFanOut {
  /** From when `ready` resolves until `stop`, the frames of this user come here. Never rejects. */
  follow(userId: string): {
    /** Resolves when frames of this user come, or at once when there is no hope of them. */
    readonly ready: Promise<void>;
    /** Frames of this user are not needed any more. */
    stop(): void;
  };
  /** Whether events are to be expected at all; while they are not, the store tells what is new. */
  isConnected(): boolean;
}

/**
 * What one instance tells another.
 *
 * @example
 * ```ts
 * import type { FanOutEvent } from '@chat/server';
 *
 * // A cache of verified tokens, in an application around the chat, forgets what was given back.
 * const verified = new Map<string, { userId: string }>();
 * const stop = shared.fanOut.subscribe((_userId, event: FanOutEvent) => {
 *   if (event.kind === 'revoked') verified.delete(event.jti);
 * });
 * ```
 */
export type FanOutEvent =
  | {
      /** A frame for the user's sockets. */
      readonly kind: 'frame';
      /** The frame, ready to be sent. */
      readonly frame: string;
      /** The number of the stored message that it carries, when it carries one. */
      readonly seq?: number;
      /** Whether that message is noted as delivered already, or will be with its reply. */
      readonly delivered?: boolean;
      /** The one socket that is not to get it. */
      readonly exceptSocketId?: string;
      /** Whether only sockets that asked for a stream are to get it. */
      readonly streamOnly?: boolean;
    }
  | {
      /** A token is over. */
      readonly kind: 'revoked';
      /** Its id. */
      readonly jti: string;
    }
  | {
      /** Events of any user may have been lost: the store knows. */
      readonly kind: 'doubt';
    };

/** Structured logging, the shape of pino's methods that the domain uses. */
export interface Logger {
  debug(fields: object, text: string): void;
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * A message as an assistant is shown it.
 *
 * @example
 * ```ts
 * import type { AssistantMessage } from '@chat/server';
 *
 * const asText = (messages: readonly AssistantMessage[]) =>
 *   messages.map(({ role, content }) => `${role}: ${content}`).join('\n');
 * ```
 */
export interface AssistantMessage {
  /** Who wrote it. */
  readonly role: 'user' | 'assistant';
  /** The text, exactly as it was sent. */
  readonly content: string;
}

/**
 * What an assistant is asked.
 *
 * @example
 * ```ts
 * import { type AssistantRequest, createChatServer } from '@chat/server';
 *
 * // Any service that answers: asked with the session, and left alone when nobody waits any more.
 * async function reply({ messages, signal }: AssistantRequest): Promise<string> {
 *   const body = JSON.stringify(messages);
 *   const answer = await fetch('http://127.0.0.1:8080/answer', { method: 'POST', body, signal });
 *   if (!answer.ok) throw new Error(`The service answered with ${answer.status}.`);
 *   return answer.text();
 * }
 * const app = await createChatServer({ assistant: { reply } });
 * ```
 */
export interface AssistantRequest {
  /** The newest messages of the session, oldest first; the last one is the one to answer. */
  readonly messages: readonly AssistantMessage[];
  /** The user who asks; an id, not the name. */
  readonly userId: string;
  /** Aborted when it takes too long, or when a caller without an idempotency key went away. */
  readonly signal: AbortSignal;
}

/**
 * Whoever answers: a whole text, or its pieces as they come.
 *
 * @example
 * ```ts
 * import { type Assistant, createChatServer } from '@chat/server';
 *
 * const assistant: Assistant = {
 *   contextMessages: 1,
 *   async *reply({ messages, signal }) {
 *     for (const word of (messages.at(-1)?.content ?? '').split(' ').toReversed()) {
 *       if (signal.aborted) return;
 *       yield `${word} `;
 *     }
 *   },
 * };
 * const app = await createChatServer({ assistant });
 * ```
 */
export interface Assistant {
  /** Answers the last message. What it throws becomes a 503 (500 without an idempotency key), and the message stays stored. */
  reply(request: AssistantRequest): AsyncIterable<string> | Promise<string>;
  /**
   * How many of the session's newest messages `reply` wants to see.
   * @default 50
   */
  readonly contextMessages?: number;
}
