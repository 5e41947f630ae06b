import type { Role } from '@chat/contract';

// A store keeps and finds; it knows no rule of the domain. Times are milliseconds since the epoch.

/**
 * A user as a store keeps one.
 *
 * @example
 * ```ts
 * import type { UserRecord } from '@chat/server';
 *
 * // A user who comes from elsewhere with a hash that the server's `passwords` can read.
 * const user: UserRecord = { id: crypto.randomUUID(), username: 'ada', passwordHash: '$argon2id$v=19$…' };
 * if (!(await store.addUser(user))) console.log('There is an ada already.');
 * ```
 */
export interface UserRecord {
  /** Identifies the user in all other records. */
  readonly id: string;
  /** The name to log in with, unique. */
  readonly username: string;
  /** What the {@link PasswordHasher} made of the password. */
  readonly passwordHash: string;
}

/**
 * Where a user's conversation stands. As long as it stands there, what was delivered of it looks the same.
 *
 * @example
 * ```ts
 * import type { Position } from '@chat/server';
 *
 * const unread = ({ lastSeq, readSeq }: Position) => lastSeq - readSeq;
 * ```
 */
export interface Position {
  /** The number of the user's newest message, which is also how many there are: numbers have no gaps. */
  readonly lastSeq: number;
  /** The time of the newest message, in milliseconds since the epoch; the next one is not earlier. */
  readonly lastTimestamp: number;
  /** Messages up to this number were read. */
  readonly readSeq: number;
}

/**
 * What is known of a user without reading the history. One row, written with every message.
 *
 * @example
 * ```ts
 * import type { UserState } from '@chat/server';
 *
 * const satisfaction = ({ ratedCount, satisfiedCount }: UserState) =>
 *   ratedCount === 0 ? undefined : satisfiedCount / ratedCount;
 * ```
 */
export interface UserState extends Position {
  /** How many sessions there are. */
  readonly sessionCount: number;
  /** The newest session, ended or not. */
  readonly session?: SessionRecord;
  /** The day (`YYYY-MM-DD`) that the two counters after it belong to. */
  readonly day: string;
  /** Sessions that began on that day. */
  readonly dayChats: number;
  /** Messages of that day. */
  readonly dayMessages: number;
  /** Replies of the assistant. */
  readonly responseCount: number;
  /** What they took together, in milliseconds. */
  readonly responseMsTotal: number;
  /** Replies that were rated. */
  readonly ratedCount: number;
  /** Replies that were rated satisfied. */
  readonly satisfiedCount: number;
}

/**
 * A session as a store keeps one.
 *
 * @example
 * ```ts
 * import type { SessionRecord } from '@chat/server';
 *
 * const minutes = ({ startTime, lastMessageTime }: SessionRecord) => (lastMessageTime - startTime) / 60_000;
 * ```
 */
export interface SessionRecord {
  /** Identifies the session. */
  readonly id: string;
  /** Whose it is. */
  readonly userId: string;
  /** 1 for the user's first session; without gaps. */
  readonly ordinal: number;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Milliseconds since the epoch. */
  readonly lastMessageTime: number;
  /** How many messages it has. */
  readonly messageCount: number;
  /** Whether a logout ended it. */
  readonly ended: boolean;
}

/**
 * A message as a store keeps one.
 *
 * @example
 * ```ts
 * import type { MessageRecord } from '@chat/server';
 *
 * const line = ({ seq, role, content, timestamp }: MessageRecord) =>
 *   `${seq} ${new Date(timestamp).toISOString()} ${role}: ${content}`;
 *
 * // A reply may stand behind other messages: what it answers, it says itself.
 * const answerTo = (id: string, messages: readonly MessageRecord[]) =>
 *   messages.find(({ replyTo }) => replyTo === id);
 * ```
 */
export interface MessageRecord {
  /** Identifies the message. */
  readonly id: string;
  /** Whose conversation it is part of. */
  readonly userId: string;
  /** 1 for the user's first message; without gaps, in the order in which they were stored. */
  readonly seq: number;
  /** The session that it belongs to. */
  readonly sessionId: string;
  /** 1 for the session's first message; without gaps. */
  readonly sessionSeq: number;
  /** Who wrote it. */
  readonly role: Role;
  /** The text, exactly as it was sent. */
  readonly content: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Whether it left to a client. */
  readonly delivered: boolean;
  /** The rating; missing when there is none. */
  readonly satisfied?: boolean;
  /**
   * Of a reply: the `id` of the user's message that it answers. Missing of what the assistant said unasked, and of
   * replies from before this was kept.
   */
  readonly replyTo?: string;
}

/**
 * One exchange that a client gave a key (`Idempotency-Key` or a frame's id), to be had once.
 *
 * @example
 * ```ts
 * import type { TurnRecord } from '@chat/server';
 *
 * const isAnswered = ({ replySeq }: TurnRecord) => replySeq !== undefined;
 * const turn = await store.transaction('0192…', (tx) => tx.turn, { turn: 'report-2026-11' });
 * console.log(turn !== undefined && isAnswered(turn));
 * ```
 */
export interface TurnRecord {
  /** Whose it is. */
  readonly userId: string;
  /** The key, unique for the user. */
  readonly key: string;
  /** The number of the user's message. */
  readonly userSeq: number;
  /** Missing while the answer is not stored. */
  readonly replySeq?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * Both ends belong to the range.
 *
 * @example
 * ```ts
 * import type { SeqRange } from '@chat/server';
 *
 * // The ten newest of a user.
 * const newest = (lastSeq: number): SeqRange => ({ from: Math.max(1, lastSeq - 9), to: lastSeq });
 * const messages = await store.messages('0192…', newest((await store.position('0192…')).lastSeq));
 * ```
 */
export interface SeqRange {
  /** The lowest number. */
  readonly from: number;
  /** The highest number. */
  readonly to: number;
}

/**
 * What a transaction looks at beside its user's state.
 *
 * @example
 * ```ts
 * import type { Wanted } from '@chat/server';
 *
 * const wanted: Wanted = { turn: 'a key of the client' };
 * const answered = await store.transaction('0192…', (tx) => tx.turn?.replySeq !== undefined, wanted);
 * ```
 */
export interface Wanted {
  /** The key of an exchange. */
  readonly turn?: string | undefined;
  /** The id of a message. */
  readonly message?: string | undefined;
}

/**
 * One user's data as a transaction found it, and what may be done to it. Writes are carried out, in
 * their order, when the work is done: one that fails makes the whole transaction fail.
 *
 * @example
 * ```ts
 * import type { UserTransaction } from '@chat/server';
 *
 * const readAll = (tx: UserTransaction) => tx.saveState({ ...tx.state, readSeq: tx.state.lastSeq });
 * await store.transaction('0192…', readAll);
 * ```
 */
export interface UserTransaction {
  /** That of a user who never wrote is all zeros and an empty `day`. */
  readonly state: UserState;
  /** The exchange that had the wanted key. */
  readonly turn: TurnRecord | undefined;
  /** The wanted message, when it is one of this user's. */
  readonly message: MessageRecord | undefined;
  /** Saves the state, `state.session` with it: inserted when its ordinal is new, else updated. */
  saveState(state: UserState): void;
  /** Stores a new message. */
  insertMessage(message: MessageRecord): void;
  /** Sets or replaces a rating. */
  rateMessage(seq: number, satisfied: boolean): void;
  /** Notes that these messages left to a client. */
  markDelivered(range: SeqRange): void;
  /** Inserts the turn, or replaces the one of the same key. */
  saveTurn(turn: TurnRecord): void;
}

/**
 * Where everything is kept.
 *
 * @example
 * ```ts
 * import { openSqliteStore, type Store } from '@chat/server';
 *
 * // What a user said, read without a server.
 * const store: Store = await openSqliteStore({ path: './chat.db' });
 * const user = await store.userByName('ada');
 * if (user !== undefined) {
 *   const { lastSeq } = await store.position(user.id);
 *   for (const { role, content } of await store.messages(user.id, { from: 1, to: lastSeq })) {
 *     console.log(`${role}: ${content}`);
 *   }
 * }
 * await store.close();
 * ```
 */
export interface Store {
  /** False when the name is taken. */
  addUser(user: UserRecord): Promise<boolean>;
  /** The user of that name, spelled exactly so. */
  userByName(username: string): Promise<UserRecord | undefined>;
  /** Replaces the hash of a password. False when there is no user of that name. */
  setPassword(username: string, passwordHash: string): Promise<boolean>;

  /**
   * Runs `work` with that user's data to itself: whole or not at all, and never beside another
   * transaction of the same user. What `work` has to know is read before, so it waits for nothing.
   */
  transaction<T>(userId: string, work: (tx: UserTransaction) => T, wanted?: Wanted): Promise<T>;

  /** The part of the user's state that changes whenever a page of messages may; asked for with each one. */
  position(userId: string): Promise<Position>;
  /** What is known of a user outside of a transaction. */
  state(userId: string): Promise<UserState>;
  /** The user's messages with these numbers, ascending. Its cost depends on the range alone. */
  messages(userId: string, range: SeqRange): Promise<MessageRecord[]>;
  /** One of this user's sessions. */
  session(userId: string, sessionId: string): Promise<SessionRecord | undefined>;
  /** The session's messages with these `sessionSeq`, ascending. */
  sessionMessages(userId: string, sessionId: string, range: SeqRange): Promise<MessageRecord[]>;
  /** The user's sessions with these ordinals, ascending. */
  sessions(userId: string, range: SeqRange): Promise<SessionRecord[]>;

  /** Remembers that a token is over, until it would be over anyway (milliseconds since the epoch). */
  revokeToken(jti: string, expiresAt: number): Promise<void>;
  /** Whether a token was revoked. */
  isTokenRevoked(jti: string): Promise<boolean>;

  /** Forgets turns that were created, and revocations that ran out, before these times. */
  purge(before: { turnsCreated: number; revocationsExpired: number }): Promise<void>;

  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
  /** Every broken rule of the data itself, as sentences; empty when all is sound. */
  check(): Promise<string[]>;
  /** Gives back files and connections; nothing may be asked of the store after it. */
  close(): Promise<void>;
}
