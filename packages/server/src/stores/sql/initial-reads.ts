import type {
  IdempotencyRecord,
  MessageRecord,
  TransactionReads,
  UserState,
} from '../../domain/ports/store.js';
import { initialUserState } from '../initial-user-state.js';
import type { InitialReads } from './engine.js';
import { type BoundStatement, withArgs } from './statement.js';
import type { Statements } from './statements.js';

/** What the transaction of a user reads. Undefined stands for a query without rows. */
export function initialQueries(
  statements: Statements,
  userId: string,
  { idempotencyKey: key, messageId: id, newestMessages: limit = 0, tokenIds }: TransactionReads,
): readonly (BoundStatement | undefined)[] {
  return [
    withArgs(statements.state, { userId }),
    key === undefined ? undefined : withArgs(statements.turn, { userId, key }),
    id === undefined ? undefined : withArgs(statements.messageById, { userId, id }),
    limit <= 0 ? undefined : withArgs(statements.newestMessages, { userId, limit }),
    tokenIds === undefined
      ? undefined
      : withArgs(statements.revocation, { userId, jti: tokenIds[0], password: tokenIds[1] }),
  ];
}

/** The rows of {@link initialQueries}, in their order. */
type InitialRows = readonly [
  state: UserState[],
  idempotencyRecord: IdempotencyRecord[],
  message: MessageRecord[],
  newestMessages: MessageRecord[],
  revocations: unknown[],
];

/** @param rows of each query, in their order */
export function toInitialReads(rows: readonly unknown[][]): InitialReads {
  const [[state = initialUserState], [idempotencyRecord], [message], newest, revocations] =
    rows as unknown as InitialRows;
  return {
    state,
    idempotencyRecord,
    message,
    newestMessages: newest.reverse(),
    tokenRevoked: revocations.length > 0,
  };
}
