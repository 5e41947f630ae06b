import type { UserState } from '../../domain/ports/store.js';
import { initialUserState } from '../initial-user-state.js';
import { postgresDialect } from '../sql/dialect.js';
import type { RunStatement } from '../sql/engine.js';
import { insertInto, sql } from '../sql/fragment.js';
import type { UserScoped } from '../sql/rows.js';
import { stateColumnsOf } from '../sql/state-statements.js';
import { statementsOf } from '../sql/statement.js';

const prepare = statementsOf(postgresDialect);

const addState = prepare((state: UserState & UserScoped) => {
  const row = { user_id: state.userId, ...stateColumnsOf(state) };
  return sql`${insertInto('user_state', row)} on conflict (user_id) do nothing`;
});

const selectLocked = ({ userId }: UserScoped) =>
  sql`select user_id from user_state where user_id = ${userId} for update`;
const lockState = prepare(selectLocked, ([locked]: [string]) => locked);
const tryLockState = prepare(
  (user: UserScoped) => sql`${selectLocked(user)} skip locked`,
  ([locked]: [string]) => locked,
);

/** Thrown when the row of a user is locked, or when a new user has none yet; the transaction can run again and wait. */
export class UserNotLockedError extends Error {}

/**
 * Locks the row of a user until the end of the transaction. Not an advisory lock: where tables are distributed over several
 * servers, each server has advisory locks of its own. The lock is a statement before the reads, because each statement sees
 * what was committed at its start.
 *
 * @param wait waits for another transaction, and inserts the row of a new user
 * @throws {UserNotLockedError} without `wait`
 */
export async function lockUser(run: RunStatement, userId: string, wait: boolean): Promise<void> {
  if (wait) void run(addState, { ...initialUserState, userId });
  const locked = await run(wait ? lockState : tryLockState, { userId });
  if (locked.length === 0) throw new UserNotLockedError();
}
