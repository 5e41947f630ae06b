import type { MessageRange, MessageRecord } from '../../domain/ports/store.js';
import { columns, insertInto, sql } from './fragment.js';
import { messageColumns, messageValues, toMessage } from './message-table.js';
import type { UserScoped } from './rows.js';
import type { Prepare } from './statement.js';

export function messageStatements(prepare: Prepare) {
  const selectForUser = (userId: string) =>
    sql`select ${columns(messageColumns)} from messages where user_id = ${userId}`;
  return {
    insertMessage: prepare((message: MessageRecord) =>
      insertInto('messages', messageValues(message)),
    ),
    messages: prepare(
      ({ userId, from, to }: UserScoped & MessageRange) =>
        sql`${selectForUser(userId)} and seq >= ${from} and seq <= ${to} order by seq`,
      toMessage,
    ),
    messagesFrom: prepare(
      ({ userId, seq, limit }: UserScoped & { seq: number; limit: number }) =>
        sql`${selectForUser(userId)} and seq >= ${seq} order by seq limit ${limit}`,
      toMessage,
    ),
    messageById: prepare(
      ({ userId, id }: UserScoped & { id: string }) => sql`${selectForUser(userId)} and id = ${id}`,
      toMessage,
    ),
    newestMessages: prepare(
      ({ userId, limit }: UserScoped & { limit: number }) =>
        sql`${selectForUser(userId)} and seq >= (
            select sessions.first_seq from user_state
            join sessions on sessions.user_id = user_state.user_id and sessions.ordinal = user_state.session_count
            where user_state.user_id = ${userId})
          order by seq desc limit ${limit}`,
      toMessage,
    ),
    rateMessage: prepare(
      ({ userId, seq, satisfied }: UserScoped & { seq: number; satisfied: boolean }) =>
        sql`update messages set satisfied = ${satisfied} where user_id = ${userId} and seq = ${seq}`,
    ),
    markDelivered: prepare(
      ({ userId, from, to }: UserScoped & MessageRange) =>
        sql`update messages set delivered = 1
          where user_id = ${userId} and seq >= ${from} and seq <= ${to} and delivered = 0`,
    ),
  };
}
