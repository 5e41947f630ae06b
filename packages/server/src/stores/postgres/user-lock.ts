import { initialUserState } from '../initial-user-state.js';
import type { RunStatement } from '../sql/engine.js';
import type { UserScoped } from '../sql/rows.js';
import { stateColumnsOf } from '../sql/state-statements.js';
import { prepare } from '../sql/statement.js';
import { postgresDialect } from './postgres-dialect.js';

const { db } = postgresDialect;

const addState = prepare(({ userId }: UserScoped) =>
  db
    .insertInto('user_state')
    .values({ user_id: userId, ...stateColumnsOf(initialUserState) })
    .onConflict((conflict) => conflict.column('user_id').doNothing()),
);

const selectLocked = ({ userId }: UserScoped) =>
  db.selectFrom('user_state').select('user_id').where('user_id', '=', userId).forUpdate();
const lockState = prepare(selectLocked, ([locked]: [string]) => locked);
const tryLockState = prepare(
  (user: UserScoped) => selectLocked(user).skipLocked(),
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
  if (wait) void run(addState, { userId });
  const locked = await run(wait ? lockState : tryLockState, { userId });
  if (locked.length === 0) throw new UserNotLockedError();
}
