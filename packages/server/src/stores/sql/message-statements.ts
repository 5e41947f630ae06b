import type { Kysely } from 'kysely';
import type { MessageRange, MessageRecord } from '../../domain/ports/store.js';
import { messageColumns, messageValues, toMessage } from './message-table.js';
import type { UserScoped } from './rows.js';
import { prepare } from './statement.js';
import type { Tables } from './tables.js';

export function messageStatements(db: Kysely<Tables>) {
  const selectForUser = (userId: string) =>
    db.selectFrom('messages').select(messageColumns).where('user_id', '=', userId);
  return {
    insertMessage: prepare((message: MessageRecord) =>
      db.insertInto('messages').values(messageValues(message)),
    ),
    messages: prepare(
      ({ userId, from, to }: UserScoped & MessageRange) =>
        selectForUser(userId).where('seq', '>=', from).where('seq', '<=', to).orderBy('seq'),
      toMessage,
    ),
    messagesFrom: prepare(
      ({ userId, seq, limit }: UserScoped & { seq: number; limit: number }) =>
        selectForUser(userId).where('seq', '>=', seq).orderBy('seq').limit(limit),
      toMessage,
    ),
    messageById: prepare(
      ({ userId, id }: UserScoped & { id: string }) => selectForUser(userId).where('id', '=', id),
      toMessage,
    ),
    sessionMessages: prepare(
      ({ userId, sessionId, from, to }: UserScoped & MessageRange & { sessionId: string }) =>
        selectForUser(userId)
          .where('session_id', '=', sessionId)
          .where('session_seq', '>=', from)
          .where('session_seq', '<=', to)
          .orderBy('session_seq'),
      toMessage,
    ),
    newestMessages: prepare(
      ({ userId, limit }: UserScoped & { limit: number }) =>
        selectForUser(userId)
          .where('session_id', '=', ({ selectFrom }) =>
            selectFrom('user_state')
              .innerJoin('sessions', (join) =>
                join
                  .onRef('sessions.user_id', '=', 'user_state.user_id')
                  .onRef('sessions.ordinal', '=', 'user_state.session_count'),
              )
              .select('sessions.id')
              .where('user_state.user_id', '=', userId),
          )
          .orderBy('session_seq', 'desc')
          .limit(limit),
      toMessage,
    ),
    rateMessage: prepare(
      ({ userId, seq, satisfied }: UserScoped & { seq: number; satisfied: boolean }) =>
        db
          .updateTable('messages')
          .set({ satisfied })
          .where('user_id', '=', userId)
          .where('seq', '=', seq),
    ),
    markDelivered: prepare(({ userId, from, to }: UserScoped & MessageRange) =>
      db
        .updateTable('messages')
        .set({ delivered: true })
        .where('user_id', '=', userId)
        .where('seq', '>=', from)
        .where('seq', '<=', to)
        .where('delivered', '=', 0),
    ),
  };
}
