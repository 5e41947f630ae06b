import type { Role } from '@chat/contract';

// A store keeps and finds; it knows no rule of the domain. Times are milliseconds since the epoch.

export interface UserRecord {
  readonly id: string;
  readonly username: string;
  readonly passwordHash: string;
}

/** What is known of a user without reading the history. One row, written with every message. */
export interface UserState {
  /** The number of the user's newest message, which is also how many there are: numbers have no gaps. */
  readonly lastSeq: number;
  readonly lastTimestamp: number;
  /** Messages up to this number were read. */
  readonly readSeq: number;
  readonly sessionCount: number;
  /** The newest session, ended or not. */
  readonly session?: SessionRecord;
  /** The day (`YYYY-MM-DD`) that the two counters after it belong to. */
  readonly day: string;
  readonly dayChats: number;
  readonly dayMessages: number;
  readonly responseCount: number;
  readonly responseMsTotal: number;
  readonly ratedCount: number;
  readonly satisfiedCount: number;
}

export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  /** 1 for the user's first session; without gaps. */
  readonly ordinal: number;
  readonly startTime: number;
  readonly lastMessageTime: number;
  readonly messageCount: number;
  readonly ended: boolean;
}

export interface MessageRecord {
  readonly id: string;
  readonly userId: string;
  /** 1 for the user's first message; without gaps, in the order in which they were stored. */
  readonly seq: number;
  readonly sessionId: string;
  /** 1 for the session's first message; without gaps. */
  readonly sessionSeq: number;
  readonly role: Role;
  readonly content: string;
  readonly timestamp: number;
  readonly delivered: boolean;
  readonly satisfied?: boolean;
}

/** One exchange that a client gave a key (`Idempotency-Key` or a frame's id), to be had once. */
export interface TurnRecord {
  readonly userId: string;
  readonly key: string;
  readonly userSeq: number;
  /** Missing while the answer is not stored. */
  readonly replySeq?: number;
  readonly createdAt: number;
}

/** Both ends belong to the range. */
export interface SeqRange {
  readonly from: number;
  readonly to: number;
}

/** What may be done to one user's data inside a transaction. */
export interface UserTransaction {
  /** The state of a user who never wrote is all zeros and an empty `day`. */
  state(): Promise<UserState>;
  /** Saves the state, `state.session` with it: inserted when its ordinal is new, else updated. */
  saveState(state: UserState): Promise<void>;
  insertMessage(message: MessageRecord): Promise<void>;
  messageById(id: string): Promise<MessageRecord | undefined>;
  messageBySeq(seq: number): Promise<MessageRecord | undefined>;
  rateMessage(seq: number, satisfied: boolean): Promise<void>;
  markDelivered(range: SeqRange): Promise<void>;
  turn(key: string): Promise<TurnRecord | undefined>;
  /** Inserts the turn, or replaces the one of the same key. */
  saveTurn(turn: TurnRecord): Promise<void>;
}

export interface Store {
  /** False when the name is taken. */
  addUser(user: UserRecord): Promise<boolean>;
  userByName(username: string): Promise<UserRecord | undefined>;

  /**
   * Runs `work` with that user's data to itself: whole or not at all, and never beside another
   * transaction of the same user. `work` may do nothing but call `tx`.
   */
  transaction<T>(userId: string, work: (tx: UserTransaction) => Promise<T>): Promise<T>;

  state(userId: string): Promise<UserState>;
  /** The user's messages with these numbers, ascending. Its cost depends on the range alone. */
  messages(userId: string, range: SeqRange): Promise<MessageRecord[]>;
  session(userId: string, sessionId: string): Promise<SessionRecord | undefined>;
  /** The session's messages with these `sessionSeq`, ascending. */
  sessionMessages(userId: string, sessionId: string, range: SeqRange): Promise<MessageRecord[]>;
  /** The user's sessions with these ordinals, ascending. */
  sessions(userId: string, range: SeqRange): Promise<SessionRecord[]>;

  revokeToken(jti: string, expiresAt: number): Promise<void>;
  isTokenRevoked(jti: string): Promise<boolean>;

  /** Forgets turns that were created, and revocations that ran out, before these times. */
  purge(before: { turnsCreated: number; revocationsExpired: number }): Promise<void>;

  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
  /** Every broken rule of the data itself, as sentences; empty when all is sound. */
  check(): Promise<string[]>;
  close(): Promise<void>;
}
