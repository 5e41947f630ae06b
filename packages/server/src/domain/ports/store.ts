import type { MessageDetails, Role } from '@chat/contract';

// A store saves and finds records; it contains no rules of the domain. Times are in milliseconds since the epoch.

/**
 * A stored user.
 *
 * @example
 * ```ts
 * import type { UserRecord } from '@chat/server';
 *
 * // A user of another system, with a hash that the server's `passwords` can verify.
 * const user: UserRecord = { id: crypto.randomUUID(), username: 'ada', passwordHash: '$argon2id$v=19$…' };
 * if (!(await store.addUser(user))) console.log('The user ada exists already.');
 * ```
 */
export interface UserRecord {
  /** Identifies the user in all other records. */
  readonly id: string;
  /** The name to log in with, unique. */
  readonly username: string;
  /** The hash of the password, from the {@link PasswordHasher}. */
  readonly passwordHash: string;
}

/**
 * How current a read is.
 *
 * @example
 * ```ts
 * import type { ReadOptions } from '@chat/server';
 *
 * // In the handler of a request, which reads at once.
 * const options: ReadOptions = { turnSnapshot: true };
 * const { lastSeq } = await store.position('0192…', options);
 * ```
 */
export interface ReadOptions {
  /**
   * The store may return its state at any time since the current turn of the event loop began, without later commits of
   * other processes. For a request that was received in this turn. Reads that share a snapshot cost less.
   * @default false
   */
  readonly turnSnapshot?: boolean;
}

/**
 * The position of a user's conversation. While it is the same, pages of delivered messages are the same.
 *
 * @example
 * ```ts
 * import type { UserPosition } from '@chat/server';
 *
 * const unread = ({ lastSeq, readSeq }: UserPosition) => lastSeq - readSeq;
 * ```
 */
export interface UserPosition {
  /** The number of the user's newest message. Numbers have no gaps, so it is also the number of messages. */
  readonly lastSeq: number;
  /** The time of the newest message, in milliseconds since the epoch; the next one has the same time or a later one. */
  readonly lastTimestamp: number;
  /** The user has read all messages up to this number. */
  readonly readSeq: number;
}

/**
 * The state of a user, in one row that is written with every message.
 *
 * @example
 * ```ts
 * import type { UserState } from '@chat/server';
 *
 * const satisfaction = ({ ratedCount, satisfiedCount }: UserState) =>
 *   ratedCount === 0 ? undefined : satisfiedCount / ratedCount;
 * ```
 */
export interface UserState extends UserPosition {
  /** Number of sessions. */
  readonly sessionCount: number;
  /** The newest session, ended or not. */
  readonly session?: SessionRecord;
  /** The date (`YYYY-MM-DD`) of the two counters below. */
  readonly day: string;
  /** Sessions that started on that day. */
  readonly dayChats: number;
  /** Messages of that day. */
  readonly dayMessages: number;
  /** Number of replies of the assistant. */
  readonly responseCount: number;
  /** Total response time, in milliseconds. */
  readonly responseMsTotal: number;
  /** Number of rated replies. */
  readonly ratedCount: number;
  /** Number of replies that were rated satisfied. */
  readonly satisfiedCount: number;
  /**
   * The newest request to stop a reply, as a unique text. The instance that generates the reply reads it when instances
   * cannot reach each other.
   */
  readonly stopRequest?: string;
}

/**
 * A stored session.
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
  /** The user. */
  readonly userId: string;
  /** 1 for the user's first session; without gaps. */
  readonly ordinal: number;
  /** The `seq` of its first message. Its messages are consecutive, because only the newest session of a user grows. */
  readonly firstSeq: number;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  /** Milliseconds since the epoch. */
  readonly lastMessageTime: number;
  /** Number of messages. */
  readonly messageCount: number;
  /** Size of their content, in bytes of UTF-8. */
  readonly contentBytes: number;
  /** Whether a logout ended it. */
  readonly ended: boolean;
}

/**
 * A stored message.
 *
 * @example
 * ```ts
 * import type { MessageRecord } from '@chat/server';
 *
 * const format = ({ seq, role, content, timestamp }: MessageRecord) =>
 *   `${seq} ${new Date(timestamp).toISOString()} ${role}: ${content}`;
 *
 * // Other messages may be between a question and its reply, so a reply has the id of its question.
 * const replyTo = (id: string, messages: readonly MessageRecord[]) =>
 *   messages.find((message) => message.replyTo === id);
 * ```
 */
export interface MessageRecord extends Readonly<MessageDetails> {
  /** Identifies the message. */
  readonly id: string;
  /** The user of the conversation. */
  readonly userId: string;
  /** 1 for the user's first message; without gaps, in the order in which they were stored. */
  readonly seq: number;
  /** The session of the message. */
  readonly sessionId: string;
  /** 1 for the session's first message; without gaps. */
  readonly sessionSeq: number;
  /** Who wrote it. */
  readonly role: Role;
  /** The text, exactly as it was sent. */
  readonly content: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  /** Whether it was sent to a client. */
  readonly delivered: boolean;
  /** The rating; missing when there is none. */
  readonly satisfied?: boolean;
}

/**
 * A turn with an idempotency key (`Idempotency-Key` or a frame's id). A request with the same key replays it.
 *
 * @example
 * ```ts
 * import type { IdempotencyRecord } from '@chat/server';
 *
 * const isAnswered = ({ replySeq }: IdempotencyRecord) => replySeq !== undefined;
 * const record = await store.transaction('0192…', (tx) => tx.idempotencyRecord, { idempotencyKey: 'report-2026-11' });
 * console.log(record !== undefined && isAnswered(record));
 * ```
 */
export interface IdempotencyRecord {
  /** The user. */
  readonly userId: string;
  /** The key, unique for the user. */
  readonly key: string;
  /** The number of the user's message. */
  readonly userSeq: number;
  /**
   * The number of the reply; missing until it is stored. The same as `userSeq` when the reply was stopped before it had
   * text, so that there is none.
   */
  readonly replySeq?: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/**
 * A range of numbers; both ends are included.
 *
 * @example
 * ```ts
 * import type { MessageRange } from '@chat/server';
 *
 * // The ten newest messages of a user.
 * const newest = (lastSeq: number): MessageRange => ({ from: Math.max(1, lastSeq - 9), to: lastSeq });
 * const messages = await store.messages('0192…', newest((await store.position('0192…')).lastSeq));
 * ```
 */
export interface MessageRange {
  /** The first number. */
  readonly from: number;
  /** The last number. */
  readonly to: number;
}

/**
 * What a transaction reads in addition to the user's state.
 *
 * @example
 * ```ts
 * import type { TransactionReads } from '@chat/server';
 *
 * const reads: TransactionReads = { idempotencyKey: 'a key of the client' };
 * const answered = await store.transaction('0192…', (tx) => tx.idempotencyRecord?.replySeq !== undefined, reads);
 * ```
 */
export interface TransactionReads {
  /** The key of an {@link IdempotencyRecord}. */
  readonly idempotencyKey?: string | undefined;
  /** The id of a message. */
  readonly messageId?: string | undefined;
  /** How many of the newest messages of the newest session. */
  readonly newestMessages?: number | undefined;
  /** Ids of which one may be revoked, as for {@link Store.isTokenRevoked}. */
  readonly tokenIds?: TokenIds | undefined;
}

/**
 * The ids under which a token may be revoked: its own, and the one that it shares with all tokens of the same password.
 *
 * @example
 * ```ts
 * import type { TokenIds } from '@chat/server';
 *
 * const ids: TokenIds = ['9f86d081.0192', '9f86d081'];
 * console.log(await store.isTokenRevoked('0192…', ids));
 * ```
 */
export type TokenIds = readonly [jti: string, password: string];

/**
 * One user's data in a transaction, and the writes. The writes are executed in order when the work is done. When one
 * fails, the whole transaction fails.
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
  /** For a user without messages: all zeros and an empty `day`. */
  readonly state: UserState;
  /** The record of the requested key. */
  readonly idempotencyRecord: IdempotencyRecord | undefined;
  /** The requested message, if it belongs to this user. */
  readonly message: MessageRecord | undefined;
  /** The requested newest messages of `state.session`, ascending. */
  readonly newestMessages: readonly MessageRecord[];
  /** Whether one of the requested ids was revoked. */
  readonly tokenRevoked: boolean;
  /** Saves the state, `state.session` with it: inserted when its ordinal is new, else updated. */
  saveState(state: UserState): void;
  /** Stores a new message. */
  insertMessage(message: MessageRecord): void;
  /** Sets or replaces a rating. */
  rateMessage(seq: number, satisfied: boolean): void;
  /** Marks messages as delivered. */
  markDelivered(range: MessageRange): void;
  /** Inserts a record, or replaces the one with the same key. */
  saveIdempotencyRecord(record: IdempotencyRecord): void;
}

/**
 * Stores users, messages, sessions and revoked tokens.
 *
 * @example
 * ```ts
 * import { openSqliteStore, type Store } from '@chat/server';
 *
 * // Read a user's messages without a server.
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
  /** Returns false when the name is taken. */
  addUser(user: UserRecord): Promise<boolean>;
  /** The user with exactly this name. */
  userByName(username: string): Promise<UserRecord | undefined>;
  /** The names that follow `after` in the order of the store, at most `limit`. Start with an empty `after`. */
  usernames(range: { readonly after: string; readonly limit: number }): Promise<string[]>;
  /** Deletes a user with all messages and sessions. Returns false when there is no such user. */
  removeUser(id: string): Promise<boolean>;
  /** Replaces a password hash. Returns false when there is no such user. */
  setPassword(username: string, passwordHash: string): Promise<boolean>;

  /**
   * Runs `work` in a transaction: atomic, and never at the same time as another transaction of the same user. The data
   * that `work` needs is read before, so that `work` is synchronous. It runs again, with fresh data, when the database
   * rolls the transaction back because of a conflict: it must have no effect outside of the transaction.
   */
  transaction<T>(
    userId: string,
    work: (tx: UserTransaction) => T,
    reads?: TransactionReads,
  ): Promise<T>;

  /** The part of the user's state on which history pages depend. Read for every history request. */
  position(userId: string, options?: ReadOptions): Promise<UserPosition>;
  /** The user's state, outside a transaction. */
  state(userId: string): Promise<UserState>;
  /** The user's messages with these numbers, ascending. The cost depends only on the size of the range. */
  messages(userId: string, range: MessageRange, options?: ReadOptions): Promise<MessageRecord[]>;
  /** One of this user's sessions. */
  session(userId: string, sessionId: string): Promise<SessionRecord | undefined>;
  /** The user's sessions with these ordinals, ascending. */
  sessions(userId: string, range: MessageRange): Promise<SessionRecord[]>;

  /**
   * Revokes tokens of a user: one by its id, or all of a password by their common id. The record is needed until the last
   * of them expires (milliseconds since the epoch).
   */
  revokeToken(userId: string, id: string, expiresAt: number): Promise<void>;
  /** Whether one of these ids of a user's token was revoked. */
  isTokenRevoked(userId: string, ids: TokenIds): Promise<boolean>;

  /** Deletes idempotency records that were created, and revocations that expired, before these times. */
  purge(before: { idempotencyRecordsCreated: number; revocationsExpired: number }): Promise<void>;

  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
  /** Checks the consistency of the data. Returns one sentence per error; empty when there is none. */
  check(): Promise<string[]>;
  /** Closes files and connections. The store cannot be used afterwards. */
  close(): Promise<void>;
}
