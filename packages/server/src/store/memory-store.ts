import type {
  MessageRecord,
  Position,
  SeqRange,
  SessionRecord,
  Store,
  UserRecord,
  UserState,
  UserTransaction,
  Wanted,
} from '../chat/store.js';
import { StoreUnavailableError } from '../chat/store-unavailable-error.js';
import { checkStore, type StoreSnapshot } from './check-store.js';
import { MemoryTransaction } from './memory/memory-transaction.js';
import { MemoryUser } from './memory/memory-user.js';
import { noState } from './no-state.js';

/**
 * A store that forgets everything when the process ends: for the mock and for tests. It needs nothing
 * that a browser lacks.
 *
 * @example
 * ```ts
 * import { createChatServer, createMemoryStore } from '@chat/server';
 *
 * const store = createMemoryStore();
 * const app = await createChatServer({ store });
 * console.log(await store.check());
 * ```
 */
export function createMemoryStore(): MemoryStore {
  return new InMemoryStore();
}

/** What the mock shows a test, which looks without waiting. */
export interface MemoryStore extends Store {
  userIdOf(username: string): string | undefined;
  usernameOf(userId: string): string | undefined;
  /** All of the user's messages, ascending, and the user's watermark. */
  everythingOf(userId: string): { records: MessageRecord[]; readSeq: number };
}

class InMemoryStore implements MemoryStore {
  readonly #accounts = new Map<string, UserRecord>();
  readonly #users = new Map<string, MemoryUser>();
  readonly #seqById = new Map<string, number>();
  readonly #revocations = new Map<string, number>();
  #closed = false;

  async addUser(user: UserRecord): Promise<boolean> {
    this.#assertOpen();
    if (this.#accounts.has(user.username)) return false;
    this.#accounts.set(user.username, { ...user });
    return true;
  }

  async userByName(username: string): Promise<UserRecord | undefined> {
    this.#assertOpen();
    return this.#accounts.get(username);
  }

  async setPassword(username: string, passwordHash: string): Promise<boolean> {
    this.#assertOpen();
    const user = this.#accounts.get(username);
    if (user === undefined) return false;
    this.#accounts.set(username, { ...user, passwordHash });
    return true;
  }

  async transaction<T>(
    userId: string,
    work: (tx: UserTransaction) => T,
    wanted: Wanted = {},
  ): Promise<T> {
    this.#assertOpen();
    const known = this.#users.get(userId);
    const user = known ?? new MemoryUser(this.#seqById);
    const transaction = new MemoryTransaction(user, this.#seqById, wanted);
    const result = work(transaction);
    transaction.commit();
    if (known === undefined) this.#users.set(userId, user);
    return result;
  }

  position(userId: string): Promise<Position> {
    return this.state(userId);
  }

  async state(userId: string): Promise<UserState> {
    this.#assertOpen();
    return this.#users.get(userId)?.state() ?? noState;
  }

  async messages(userId: string, range: SeqRange): Promise<MessageRecord[]> {
    this.#assertOpen();
    return this.#users.get(userId)?.messages.range(range) ?? [];
  }

  async session(userId: string, sessionId: string): Promise<SessionRecord | undefined> {
    this.#assertOpen();
    return this.#users.get(userId)?.session(sessionId);
  }

  async sessionMessages(
    userId: string,
    sessionId: string,
    range: SeqRange,
  ): Promise<MessageRecord[]> {
    this.#assertOpen();
    return this.#users.get(userId)?.sessionMessages(sessionId, range) ?? [];
  }

  async sessions(userId: string, range: SeqRange): Promise<SessionRecord[]> {
    this.#assertOpen();
    return this.#users.get(userId)?.sessions.range(range) ?? [];
  }

  async revokeToken(jti: string, expiresAt: number): Promise<void> {
    this.#assertOpen();
    this.#revocations.set(jti, expiresAt);
  }

  async isTokenRevoked(jti: string): Promise<boolean> {
    this.#assertOpen();
    return this.#revocations.has(jti);
  }

  async purge(before: { turnsCreated: number; revocationsExpired: number }): Promise<void> {
    this.#assertOpen();
    for (const user of this.#users.values()) {
      for (const turn of user.turns.values()) {
        if (turn.createdAt < before.turnsCreated) user.turns.delete(turn.key);
      }
    }
    for (const [jti, expiresAt] of this.#revocations) {
      if (expiresAt < before.revocationsExpired) this.#revocations.delete(jti);
    }
  }

  userIdOf(username: string): string | undefined {
    return this.#accounts.get(username)?.id;
  }

  usernameOf(userId: string): string | undefined {
    return [...this.#accounts.values()].find(({ id }) => id === userId)?.username;
  }

  everythingOf(userId: string): { records: MessageRecord[]; readSeq: number } {
    const user = this.#users.get(userId) ?? new MemoryUser(this.#seqById);
    const { lastSeq, readSeq } = user.state();
    return { records: user.messages.range({ from: 1, to: lastSeq }), readSeq };
  }

  async ping(): Promise<void> {
    this.#assertOpen();
  }

  async check(): Promise<string[]> {
    this.#assertOpen();
    return checkStore(this.#snapshot());
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #snapshot(): StoreSnapshot {
    const ids = [...this.#users.keys()].sort();
    const user = (id: string) => this.#users.get(id) ?? new MemoryUser(this.#seqById);
    return {
      nextUserId: async (after) => ids.find((id) => id > after),
      state: async (id) => user(id).state(),
      sessionsFrom: async (id, from, limit) =>
        user(id).sessions.range({ from, to: Number.MAX_SAFE_INTEGER }, limit),
      messagesFrom: async (id, from, limit) =>
        user(id).messages.range({ from, to: Number.MAX_SAFE_INTEGER }, limit),
      messageById: async (id, messageId) => user(id).messageById(messageId),
      turnsAfter: async (id, after, limit) =>
        [...user(id).turns.values()]
          .filter((turn) => turn.key > after)
          .sort((one, other) => (one.key < other.key ? -1 : 1))
          .slice(0, limit),
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.');
  }
}
