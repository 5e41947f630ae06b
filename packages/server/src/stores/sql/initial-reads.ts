import type { TransactionReads } from '../../domain/ports/store.js';
import { initialUserState } from '../initial-user-state.js';
import type { InitialReads, RunStatement } from './engine.js';
import type { Statements } from './statements.js';

const none: Promise<never[]> = Promise.resolve([]);

/** Reads what the transaction of a user needs. */
export async function readInitially(
  run: RunStatement,
  statements: Statements,
  userId: string,
  { idempotencyKey: key, messageId: id, newestMessages: count = 0, tokenIds }: TransactionReads,
): Promise<InitialReads> {
  // Started together: one after the other, each could need a round trip.
  const [[state = initialUserState], [idempotencyRecord], [message], newest, revocations] =
    await Promise.all([
      run(statements.state, { userId }),
      key === undefined ? none : run(statements.turn, { userId, key }),
      id === undefined ? none : run(statements.messageById, { userId, id }),
      count <= 0 ? none : run(statements.newestMessages, { userId, limit: count }),
      tokenIds === undefined
        ? none
        : run(statements.revocation, { userId, jti: tokenIds[0], password: tokenIds[1] }),
    ]);
  const newestMessages = newest.reverse();
  return {
    state,
    idempotencyRecord,
    message,
    newestMessages,
    tokenRevoked: revocations.length > 0,
  };
}
