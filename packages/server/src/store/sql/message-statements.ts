import type { Kysely } from 'kysely';
import type { MessageRecord, SeqRange } from '../../chat/store.js';
import { messageColumns, type OfUser, toMessage } from './rows.js';
import { prepare } from './statement.js';
import type { Tables } from './tables.js';

export function messageStatements(db: Kysely<Tables>) {
  const ofUser = (userId: string) =>
    db.selectFrom('messages').select(messageColumns).where('user_id', '=', userId);
  return {
    insertMessage: prepare((message: MessageRecord) =>
      db.insertInto('messages').values({
        user_id: message.userId,
        seq: message.seq,
        id: message.id,
        session_id: message.sessionId,
        session_seq: message.sessionSeq,
        role: message.role,
        content: message.content,
        timestamp: message.timestamp,
        delivered: message.delivered,
        satisfied: message.satisfied,
        reply_to: message.replyTo,
      }),
    ),
    messages: prepare(
      ({ userId, from, to }: OfUser & SeqRange) =>
        ofUser(userId).where('seq', '>=', from).where('seq', '<=', to).orderBy('seq'),
      toMessage,
    ),
    messagesFrom: prepare(
      ({ userId, seq, limit }: OfUser & { seq: number; limit: number }) =>
        ofUser(userId).where('seq', '>=', seq).orderBy('seq').limit(limit),
      toMessage,
    ),
    messageById: prepare(
      ({ userId, id }: OfUser & { id: string }) => ofUser(userId).where('id', '=', id),
      toMessage,
    ),
    sessionMessages: prepare(
      ({ userId, sessionId, from, to }: OfUser & SeqRange & { sessionId: string }) =>
        ofUser(userId)
          .where('session_id', '=', sessionId)
          .where('session_seq', '>=', from)
          .where('session_seq', '<=', to)
          .orderBy('session_seq'),
      toMessage,
    ),
    rateMessage: prepare(
      ({ userId, seq, satisfied }: OfUser & { seq: number; satisfied: boolean }) =>
        db
          .updateTable('messages')
          .set({ satisfied })
          .where('user_id', '=', userId)
          .where('seq', '=', seq),
    ),
    markDelivered: prepare(({ userId, from, to }: OfUser & SeqRange) =>
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
