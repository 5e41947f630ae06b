import type {
  MessageRange,
  MessageRecord,
  ReadOptions,
  SessionRecord,
  Store,
  TokenIds,
  TransactionReads,
  UserPosition,
  UserRecord,
  UserState,
  UserTransaction,
} from '../../domain/ports/store.js';
import { checkStore } from '../check-store.js';
import { initialUserState } from '../initial-user-state.js';
import type { SqlEngine } from './engine.js';
import type { UserScoped } from './rows.js';
import { SqlTransaction } from './sql-transaction.js';
import { withArgs } from './statement.js';
import type { PurgeSlices, Statements } from './statements.js';

/** Rows per slice of a purge, so that it does not block other writes for long. All rows of a user are in one slice. */
const purgeSliceRows = 1_000;

/** The store of both SQLite and PostgreSQL. */
export class SqlStore implements Store {
  readonly #engine: SqlEngine;
  readonly #statements: Statements;

  constructor(engine: SqlEngine, statements: Statements) {
    this.#engine = engine;
    this.#statements = statements;
  }

  async addUser(user: UserRecord): Promise<boolean> {
    const added = await this.#engine.write(this.#statements.addUser, user);
    return added.length === 1;
  }

  async userByName(username: string): Promise<UserRecord | undefined> {
    const [user] = await this.#engine.read(this.#statements.userByName, { username });
    return user;
  }

  async usernames(range: { after: string; limit: number }): Promise<string[]> {
    return this.#engine.read(this.#statements.usernames, range);
  }

  async removeUser(userId: string): Promise<boolean> {
    const { deleteMessages, deleteSessions, deleteState, deleteTurns, deleteUser } =
      this.#statements;
    const inOrder = [deleteMessages, deleteSessions, deleteTurns, deleteState, deleteUser];
    const removed = await this.#engine.batch(
      userId,
      inOrder.map((statement) => withArgs<UserScoped, unknown>(statement, { userId })),
    );
    return removed.length === 1;
  }

  async setPassword(username: string, passwordHash: string): Promise<boolean> {
    const args = { username, passwordHash };
    const changed = await this.#engine.write(this.#statements.setPassword, args);
    return changed.length === 1;
  }

  transaction<T>(
    userId: string,
    work: (tx: UserTransaction) => T,
    wanted: TransactionReads = {},
  ): Promise<T> {
    return this.#engine.transaction({
      userId,
      wanted,
      decide: (reads) => {
        const transaction = new SqlTransaction(userId, this.#statements, reads);
        const result = work(transaction);
        return { result, writes: transaction.end() };
      },
    });
  }

  async position(userId: string, options?: ReadOptions): Promise<UserPosition> {
    const [position] = await this.#engine.read(this.#statements.position, { userId }, options);
    return position ?? initialUserState;
  }

  async state(userId: string): Promise<UserState> {
    const [state] = await this.#engine.read(this.#statements.state, { userId });
    return state ?? initialUserState;
  }

  messages(
    userId: string,
    { from, to }: MessageRange,
    options?: ReadOptions,
  ): Promise<MessageRecord[]> {
    return this.#engine.read(this.#statements.messages, { userId, from, to }, options);
  }

  async session(userId: string, sessionId: string): Promise<SessionRecord | undefined> {
    const [session] = await this.#engine.read(this.#statements.session, { userId, sessionId });
    return session;
  }

  sessions(userId: string, range: MessageRange): Promise<SessionRecord[]> {
    return this.#engine.read(this.#statements.sessions, {
      userId,
      from: range.from,
      to: range.to,
    });
  }

  async revokeToken(userId: string, id: string, expiresAt: number): Promise<void> {
    await this.#engine.write(this.#statements.revokeToken, { userId, id, expiresAt });
  }

  async isTokenRevoked(userId: string, [jti, password]: TokenIds): Promise<boolean> {
    const args = { userId, jti, password };
    return (await this.#engine.read(this.#statements.revocation, args)).length > 0;
  }

  async purge(before: {
    idempotencyRecordsCreated: number;
    revocationsExpired: number;
  }): Promise<void> {
    await this.#purge(this.#statements.turnSlices, before.idempotencyRecordsCreated);
    await this.#purge(this.#statements.revocationSlices, before.revocationsExpired);
  }

  async ping(): Promise<void> {
    this.#engine.assertUsable?.();
    await this.#engine.read(this.#statements.position, { userId: '' });
  }

  async check(): Promise<string[]> {
    const damage = await this.#engine.integrityProblems();
    // Records read from damaged files say nothing about the data.
    if (damage.length > 0) return damage;
    const statements = this.#statements;
    return this.#engine.snapshot((run) =>
      checkStore({
        nextUserId: async (after) => (await run(statements.nextUserId, { after }))[0],
        state: async (userId) => (await run(statements.state, { userId }))[0] ?? initialUserState,
        sessionsFrom: (userId, ordinal, limit) =>
          run(statements.sessionsFrom, { userId, ordinal, limit }),
        messagesFrom: (userId, seq, limit) => run(statements.messagesFrom, { userId, seq, limit }),
        messageById: async (userId, id) => (await run(statements.messageById, { userId, id }))[0],
        turnsAfter: (userId, key, limit) => run(statements.turnsAfter, { userId, key, limit }),
      }),
    );
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  /**
   * Reads the table user by user instead of by age: an index by age would be written with every message, and could not
   * start with the user.
   */
  async #purge(slices: PurgeSlices, before: number): Promise<void> {
    for (let after = ''; ; ) {
      const [to] = await this.#engine.read(slices.end, { after, rows: purgeSliceRows - 1 });
      if (to === undefined) {
        await this.#engine.write(slices.purgeRest, { after, before });
        return;
      }
      await this.#engine.write(slices.purge, { after, to, before });
      after = to;
    }
  }
}
