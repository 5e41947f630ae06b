import type { MessageRecord } from '../../../domain/ports/store.js';
import type { InitialReads, RunStatement, UserWork } from '../../sql/engine.js';
import { messageColumns, toMessage } from '../../sql/message-table.js';
import { sessionColumns, stateColumns, toState, toTurn, turnColumns } from '../../sql/rows.js';
import type { Statement } from '../../sql/statement.js';
import { recordset } from './recordset.js';

type Rows = readonly object[];
type Row = readonly unknown[];

/** A query for several users: its only parameter is a JSON array with an object for each of them. */
const forUsers = (sql: string): Statement<{ rows: Rows }, Row> => ({
  sql,
  bind: ({ rows }) => [JSON.stringify(rows)],
  decode: (row) => row,
});

/** A user whose row another transaction has locked is missing in the result. */
const lockUsers = forUsers(`
  select user_id from user_state
  where user_id in (select user_id from ${recordset('user_id text')} as wanted)
  for update skip locked`);

const columnsOf = (table: string, columns: readonly string[]) =>
  columns.map((column) => `${table}.${column}`).join(', ');

/**
 * The newest session of a user. Its number is `session_count`; the order and the limit make PostgreSQL find it by its whole key.
 * While a database has few sessions, PostgreSQL would otherwise read all of them for each user.
 */
const newestSession = (columns: readonly string[]) => `lateral (
    select ${columns.join(', ')} from sessions
    where sessions.user_id = wanted.user_id and sessions.ordinal >= user_state.session_count
    order by sessions.ordinal desc limit 1
  ) as sessions`;

/**
 * What {@link readInitially} reads with a statement for each user, except messages: one JSON array, because node-postgres needs
 * several times as long as `JSON.parse` for rows of many columns.
 */
const initialReads = forUsers(`
  select json_agg(json_build_array(
    user_state.user_id, ${[...stateColumns, ...sessionColumns].join(', ')},
    ${columnsOf('turns', turnColumns)},
    exists(select from revocations where revocations.user_id = wanted.user_id
      and revocations.id in (wanted.jti, wanted.password))))
  from ${recordset('user_id text, key text, jti text, password text')} as wanted
  join user_state on user_state.user_id = wanted.user_id
  left join ${newestSession(sessionColumns)} on true
  left join lateral (
    select ${turnColumns.join(', ')} from turns
    where turns.user_id = wanted.user_id and turns.key = wanted.key limit 1
  ) as turns on true`);

/** Null when there is no row. */
const rowsOf = ([result]: readonly Row[]) => (result?.[0] ?? []) as readonly Row[];

/** Few transactions need a message, and each index of `messages` that a statement might use can be the wrong one. */
const messagesById = forUsers(`
  select messages.user_id, ${columnsOf('messages', messageColumns)}
  from ${recordset('user_id text, id text')} as wanted
  join messages on messages.user_id = wanted.user_id and messages.id = wanted.id`);

const newestMessages = forUsers(`
  select wanted.user_id, newest.*
  from ${recordset('user_id text, count int')} as wanted
  join user_state on user_state.user_id = wanted.user_id
  cross join ${newestSession(['sessions.first_seq'])}
  cross join lateral (
    select ${columnsOf('messages', messageColumns)} from messages
    where messages.user_id = wanted.user_id and messages.seq >= sessions.first_seq
    order by messages.seq desc limit wanted.count
  ) as newest`);

/** Locks the users and reads what their transactions need; without those that another transaction has locked, and new ones. */
export async function readForGroup(
  run: RunStatement,
  group: readonly UserWork<unknown>[],
): Promise<ReadonlyMap<string, InitialReads>> {
  const wantedIds = group.filter(({ wanted }) => wanted.messageId !== undefined);
  const wantedNewest = group.filter(({ wanted }) => (wanted.newestMessages ?? 0) > 0);
  const select = (statement: typeof initialReads, wanted: readonly object[]) =>
    wanted.length === 0 ? [] : run(statement, { rows: wanted });
  // Sent together. The reads see what was committed when they start, after the lock.
  const [locked, states, withId, newest] = await Promise.all([
    select(
      lockUsers,
      group.map(({ userId }) => ({ user_id: userId })),
    ),
    select(initialReads, group.map(toWantedRow)),
    select(
      messagesById,
      wantedIds.map(({ userId, wanted }) => ({ user_id: userId, id: wanted.messageId })),
    ),
    select(
      newestMessages,
      wantedNewest.map(({ userId, wanted }) => ({ user_id: userId, count: wanted.newestMessages })),
    ),
  ]);
  const isLocked = new Set(locked.map(([userId]) => userId as string));
  const messageOf = messagesByUser(withId);
  const newestOf = messagesByUser(newest);
  const reads = new Map<string, InitialReads>();
  for (const row of rowsOf(states)) {
    const userId = row[0] as string;
    if (!isLocked.has(userId)) continue;
    const message = messageOf.get(userId)?.[0];
    const newestMessages = newestOf.get(userId) ?? [];
    reads.set(userId, toReads(userId, row, message, newestMessages));
  }
  return reads;
}

function toWantedRow({ userId, wanted }: UserWork<unknown>) {
  const { idempotencyKey, tokenIds: [jti, password] = [] } = wanted;
  return { user_id: userId, key: idempotencyKey, jti, password };
}

function messagesByUser(rows: readonly Row[]): Map<string, MessageRecord[]> {
  const byUser = new Map<string, MessageRecord[]>();
  for (const [id, ...row] of rows) {
    const userId = id as string;
    const messages = byUser.get(userId) ?? [];
    messages.push(toMessage(row as Parameters<typeof toMessage>[0], { userId }));
    byUser.set(userId, messages);
  }
  for (const messages of byUser.values()) messages.sort((a, b) => a.seq - b.seq);
  return byUser;
}

// The first column is the user.
const stateEnd = 1 + stateColumns.length + sessionColumns.length;
const turnEnd = stateEnd + turnColumns.length;

/** A missing turn has nulls only. */
function toReads(
  userId: string,
  row: Row,
  message: MessageRecord | undefined,
  newestMessages: readonly MessageRecord[],
): InitialReads {
  const user = { userId };
  const state = row.slice(1, stateEnd) as Parameters<typeof toState>[0];
  const turn = row.slice(stateEnd, turnEnd) as Parameters<typeof toTurn>[0];
  return {
    state: toState(state, user),
    idempotencyRecord: turn[0] === null ? undefined : toTurn(turn, user),
    message,
    newestMessages,
    tokenRevoked: row[turnEnd] === true,
  };
}
