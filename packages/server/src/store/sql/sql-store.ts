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
} from '../../chat/store.js';
import { checkStore } from '../check-store.js';
import { noState } from '../no-state.js';
import type { SqlEngine } from './engine.js';
import { SqlTransaction } from './sql-transaction.js';
import type { Statement } from './statement.js';
import type { Purge, Statements } from './statements.js';

/** How many rows one deletion takes, so that a large purge holds nobody up. */
const purgeSlice = 500;

/** The one store behind SQLite and PostgreSQL. */
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

  async setPassword(username: string, passwordHash: string): Promise<boolean> {
    const args = { username, passwordHash };
    const changed = await this.#engine.write(this.#statements.setPassword, args);
    return changed.length === 1;
  }

  transaction<T>(
    userId: string,
    work: (tx: UserTransaction) => T,
    wanted: Wanted = {},
  ): Promise<T> {
    return this.#engine.transaction(userId, async (run) => {
      const transaction = await SqlTransaction.begin(run, this.#statements, userId, wanted);
      const result = work(transaction);
      await transaction.write(run);
      return result;
    });
  }

  async position(userId: string): Promise<Position> {
    const [position] = await this.#engine.read(this.#statements.position, { userId });
    return position ?? noState;
  }

  async state(userId: string): Promise<UserState> {
    const [state] = await this.#engine.read(this.#statements.state, { userId });
    return state ?? noState;
  }

  messages(userId: string, { from, to }: SeqRange): Promise<MessageRecord[]> {
    return this.#engine.read(this.#statements.messages, { userId, from, to });
  }

  async session(userId: string, sessionId: string): Promise<SessionRecord | undefined> {
    const [session] = await this.#engine.read(this.#statements.session, { userId, sessionId });
    return session;
  }

  sessionMessages(userId: string, sessionId: string, range: SeqRange): Promise<MessageRecord[]> {
    return this.#engine.read(this.#statements.sessionMessages, {
      userId,
      sessionId,
      from: range.from,
      to: range.to,
    });
  }

  sessions(userId: string, range: SeqRange): Promise<SessionRecord[]> {
    return this.#engine.read(this.#statements.sessions, {
      userId,
      from: range.from,
      to: range.to,
    });
  }

  async revokeToken(jti: string, expiresAt: number): Promise<void> {
    await this.#engine.write(this.#statements.revokeToken, { jti, expiresAt });
  }

  async isTokenRevoked(jti: string): Promise<boolean> {
    const found = await this.#engine.read(this.#statements.revocation, { jti });
    return found.length > 0;
  }

  async purge(before: { turnsCreated: number; revocationsExpired: number }): Promise<void> {
    const { purgeTurns, purgeRevocations } = this.#statements;
    await this.#inSlices(purgeTurns, before.turnsCreated);
    await this.#inSlices(purgeRevocations, before.revocationsExpired);
  }

  async ping(): Promise<void> {
    await this.#engine.read(this.#statements.revocation, { jti: '' });
  }

  async check(): Promise<string[]> {
    const damage = await this.#engine.integrityProblems();
    // What is read from damaged files says nothing about the data.
    if (damage.length > 0) return damage;
    const statements = this.#statements;
    return this.#engine.snapshot((run) =>
      checkStore({
        nextUserId: async (after) => (await run(statements.nextUserId, { after }))[0],
        state: async (userId) => (await run(statements.state, { userId }))[0] ?? noState,
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

  async #inSlices(remove: Statement<Purge, number>, before: number): Promise<void> {
    let removed: number[];
    do {
      removed = await this.#engine.write(remove, { before, limit: purgeSlice });
    } while (removed.length === purgeSlice);
  }
}
