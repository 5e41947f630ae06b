import { StoreUnavailableError } from '../../domain/errors.js';
import type {
  MessageRange,
  MessageRecord,
  SessionRecord,
  Store,
  TokenIds,
  TransactionReads,
  UserPosition,
  UserRecord,
  UserState,
  UserTransaction,
} from '../../domain/ports/store.js';
import { checkStore, type StoreSnapshot } from '../check-store.js';
import { initialUserState } from '../initial-user-state.js';
import { MemoryTransaction } from './memory-transaction.js';
import { MemoryUser } from './memory-user.js';

/**
 * A store in memory, for the mock and for tests. Everything is lost when the process ends. It also runs in a browser.
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

/**
 * A {@link Store} in memory, with synchronous reads for tests.
 *
 * @example
 * ```ts
 * import { createMemoryStore, type MemoryStore } from '@chat/server';
 *
 * const store: MemoryStore = createMemoryStore();
 * const contents = (userId: string) => store.allMessages(userId).records.map(({ content }) => content);
 * ```
 */
export interface MemoryStore extends Store {
  /** The id of the user; `undefined` when it does not exist. */
  userIdOf(username: string): string | undefined;
  /** The name of the user; `undefined` when it does not exist. */
  usernameOf(userId: string): string | undefined;
  /** All messages of the user, with their read position. */
  allMessages(userId: string): {
    /** In ascending order. */
    records: MessageRecord[];
    /** The number of the last message that the user has read; 0 when there is none. */
    readSeq: number;
  };
}

class InMemoryStore implements MemoryStore {
  readonly #accounts = new Map<string, UserRecord>();
  readonly #users = new Map<string, MemoryUser>();
  /** For each user, when the revocation of an id can be forgotten. */
  readonly #revocations = new Map<string, Map<string, number>>();
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

  async usernames({ after, limit }: { after: string; limit: number }): Promise<string[]> {
    this.#assertOpen();
    const names = [...this.#accounts.keys()].filter((name) => name > after);
    return names.sort().slice(0, limit);
  }

  async removeUser(id: string): Promise<boolean> {
    this.#assertOpen();
    const username = this.usernameOf(id);
    this.#users.delete(id);
    return username !== undefined && this.#accounts.delete(username);
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
    wanted: TransactionReads = {},
  ): Promise<T> {
    this.#assertOpen();
    const known = this.#users.get(userId);
    const user = known ?? new MemoryUser();
    const tokenRevoked = wanted.tokenIds !== undefined && this.#isRevoked(userId, wanted.tokenIds);
    const transaction = new MemoryTransaction(user, wanted, tokenRevoked);
    const result = work(transaction);
    transaction.commit();
    if (known === undefined) this.#users.set(userId, user);
    return result;
  }

  position(userId: string): Promise<UserPosition> {
    return this.state(userId);
  }

  async state(userId: string): Promise<UserState> {
    this.#assertOpen();
    return this.#users.get(userId)?.state() ?? initialUserState;
  }

  async messages(userId: string, range: MessageRange): Promise<MessageRecord[]> {
    this.#assertOpen();
    return this.#users.get(userId)?.messages.range(range) ?? [];
  }

  async session(userId: string, sessionId: string): Promise<SessionRecord | undefined> {
    this.#assertOpen();
    return this.#users.get(userId)?.session(sessionId);
  }

  async sessions(userId: string, range: MessageRange): Promise<SessionRecord[]> {
    this.#assertOpen();
    return this.#users.get(userId)?.sessions.range(range) ?? [];
  }

  async revokeToken(userId: string, id: string, expiresAt: number): Promise<void> {
    this.#assertOpen();
    const revoked = this.#revocations.get(userId) ?? new Map<string, number>();
    this.#revocations.set(userId, revoked.set(id, expiresAt));
  }

  async isTokenRevoked(userId: string, ids: TokenIds): Promise<boolean> {
    this.#assertOpen();
    return this.#isRevoked(userId, ids);
  }

  async purge(before: {
    idempotencyRecordsCreated: number;
    revocationsExpired: number;
  }): Promise<void> {
    this.#assertOpen();
    for (const user of this.#users.values()) {
      for (const turn of user.turns.values()) {
        if (turn.createdAt < before.idempotencyRecordsCreated) user.turns.delete(turn.key);
      }
    }
    for (const [userId, revoked] of this.#revocations) {
      for (const [id, expiresAt] of revoked) {
        if (expiresAt < before.revocationsExpired) revoked.delete(id);
      }
      if (revoked.size === 0) this.#revocations.delete(userId);
    }
  }

  userIdOf(username: string): string | undefined {
    return this.#accounts.get(username)?.id;
  }

  usernameOf(userId: string): string | undefined {
    return [...this.#accounts.values()].find(({ id }) => id === userId)?.username;
  }

  allMessages(userId: string): { records: MessageRecord[]; readSeq: number } {
    const user = this.#users.get(userId) ?? new MemoryUser();
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
    const user = (id: string) => this.#users.get(id) ?? new MemoryUser();
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

  #isRevoked(userId: string, ids: TokenIds): boolean {
    const revoked = this.#revocations.get(userId);
    return revoked !== undefined && ids.some((id) => revoked.has(id));
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreUnavailableError('The store is closed.');
  }
}
