import type { ChatApiDependencies } from '../api.js';
import { HttpError, invalidToken } from '../errors.js';
import { asDelivered, markDelivered } from '../messages/mark-delivered.js';
import type { MessageAppender } from '../messages/message-appender.js';
import type { IdempotencyRecord, MessageRecord, UserTransaction } from '../ports/store.js';
import type { GeneratedReply } from './ask-assistant.js';
import type { Regeneration, Turn } from './turns.js';

type KeyedTurn = Pick<Turn, 'userId' | 'key'>;

/** A turn whose message is stored; with `reply` when it was already answered. */
interface OpenTurn {
  readonly userMessage: MessageRecord;
  /** The earlier messages of the session that the assistant receives; missing for a repeated message. */
  readonly context?: readonly MessageRecord[];
  readonly reply?: MessageRecord;
  /** Whether the reply was stopped before it had text, so that there is none. */
  readonly stopped?: boolean;
  readonly readSeq: number;
  /** The user's newest request to stop a reply, which is for an earlier one. */
  readonly stopRequest?: string | undefined;
}

/** A turn that an earlier request with the same key started. */
interface ReplayedTurn {
  readonly record: IdempotencyRecord;
  readonly readSeq: number;
  readonly stopRequest: string | undefined;
}

interface StoredReply {
  readonly userMessage: MessageRecord;
  /** Missing when it was stopped before it had text. */
  readonly reply?: MessageRecord | undefined;
  readonly readSeq: number;
  /** Whether another instance stored a reply first; then `reply` is that one. */
  readonly replayed: boolean;
}

interface NewReply extends GeneratedReply {
  readonly id: string;
  readonly role: 'assistant';
  readonly question: MessageRecord;
  readonly responseMs: number;
  /** Whether the client is still connected. */
  readonly delivered: boolean;
  /** Whether the question has a reply already. */
  readonly again: boolean;
}

/** The two transactions of a turn. No transaction is open while the assistant generates the reply. */
export interface IdempotencyRecords {
  /**
   * @param contextSize how many messages of the session the assistant receives, with the one of the turn
   * @throws {@link HttpError} 401 when the token of the turn was revoked
   */
  open(turn: Turn, contextSize: number): Promise<OpenTurn | ReplayedTurn>;
  /** @throws {@link HttpError} 400 when the key was used with other content. */
  replay(turn: Turn, known: ReplayedTurn): Promise<OpenTurn>;
  /**
   * The question of another reply. With a known key, the reply too.
   * @throws {@link HttpError} 404 or 400 when the message is not a question or its reply, or the key was used for another one.
   */
  openRegeneration(turn: Regeneration): Promise<OpenTurn>;
  /** Stores a reply; for a reply that was stopped before it had text, only that there is none. */
  storeReply(turn: KeyedTurn, newReply: NewReply): Promise<StoredReply>;
}

const usedKeyMessage = 'This idempotency key was used for another message; use a new one.';
const unknownMessage = 'You have no message with this messageId.';

export function createIdempotencyRecords(
  dependencies: ChatApiDependencies,
  appender: MessageAppender,
): IdempotencyRecords {
  const { clock, idGenerator, limits, store } = dependencies;

  const messageAt = async (userId: string, seq: number): Promise<MessageRecord> => {
    const [message] = await store.messages(userId, { from: seq, to: seq });
    if (message !== undefined) return message;
    throw new Error(`Message ${seq} of a replayed turn is not in the store.`);
  };

  const messageById = (userId: string, messageId: string): Promise<MessageRecord | undefined> =>
    store.transaction(userId, (tx) => tx.message, { messageId });

  /** The question with this id, or with this reply. */
  const questionOf = async (userId: string, messageId: string): Promise<MessageRecord> => {
    const message = await messageById(userId, messageId);
    if (message === undefined) throw new HttpError(404, unknownMessage);
    if (message.role === 'user') return message;
    const question =
      message.replyTo === undefined ? undefined : await messageById(userId, message.replyTo);
    if (question !== undefined) return question;
    throw new HttpError(400, 'This message is not a reply to a question: it has no other reply.');
  };

  /** The question with the reply of a known turn, both marked as delivered. */
  const replyOf = async (question: MessageRecord, { replySeq }: IdempotencyRecord) => {
    if (replySeq === undefined) return { userMessage: question };
    if (replySeq === question.seq) return { userMessage: question, stopped: true };
    const reply = await messageAt(question.userId, replySeq);
    await markDelivered(store, [question, reply]);
    return { userMessage: asDelivered(question), reply: asDelivered(reply) };
  };

  const isUnexpired = (record: IdempotencyRecord): boolean =>
    clock.now() - record.createdAt < limits.idempotencyLifetimeMs;

  return {
    async open({ userId, key, content, token }, contextSize) {
      const storeQuestion = (tx: UserTransaction): OpenTurn | ReplayedTurn => {
        if (tx.tokenRevoked) throw invalidToken();
        const { readSeq, stopRequest } = tx.state;
        if (tx.idempotencyRecord !== undefined && isUnexpired(tx.idempotencyRecord))
          return { record: tx.idempotencyRecord, readSeq, stopRequest };
        const newMessage = {
          id: idGenerator.next(),
          role: 'user',
          content,
          delivered: false,
        } as const;
        const { message } = appender.append(tx, userId, newMessage);
        if (key !== undefined) {
          tx.saveIdempotencyRecord({ userId, key, userSeq: message.seq, createdAt: clock.now() });
        }
        const context = message.sessionSeq === 1 ? [] : tx.newestMessages;
        return { userMessage: message, context, readSeq, stopRequest };
      };
      const opened = await store.transaction(userId, storeQuestion, {
        idempotencyKey: key,
        newestMessages: contextSize - 1,
        tokenIds: token?.ids,
      });
      token?.confirm?.();
      return opened;
    },

    // Only the delivery mark of a message ever changes, so messages can be read after the transaction.
    async replay({ userId, content }, { record, readSeq, stopRequest }) {
      const userMessage = await messageAt(userId, record.userSeq);
      if (userMessage.content !== content) {
        throw new HttpError(400, usedKeyMessage);
      }
      return { ...(await replyOf(userMessage, record)), readSeq, stopRequest };
    },

    async openRegeneration({ userId, messageId, key, token }) {
      const question = await questionOf(userId, messageId);
      const openTurn = (tx: UserTransaction) => {
        if (tx.tokenRevoked) throw invalidToken();
        const { readSeq, stopRequest } = tx.state;
        const known = tx.idempotencyRecord;
        if (known !== undefined && isUnexpired(known))
          return { record: known, readSeq, stopRequest };
        if (key !== undefined) {
          const userSeq = question.seq;
          tx.saveIdempotencyRecord({ userId, key, userSeq, createdAt: clock.now() });
        }
        return { readSeq, stopRequest };
      };
      const opened = await store.transaction(userId, openTurn, {
        idempotencyKey: key,
        tokenIds: token?.ids,
      });
      if (!('record' in opened)) return { userMessage: question, ...opened };
      const { record, readSeq, stopRequest } = opened;
      if (record.userSeq !== question.seq) throw new HttpError(400, usedKeyMessage);
      return { ...(await replyOf(question, record)), readSeq, stopRequest };
    },

    async storeReply({ userId, key: idempotencyKey }, newReply) {
      const { question } = newReply;
      const { seq } = question;
      const appendReply = (tx: UserTransaction) => {
        const { lastSeq, readSeq } = tx.state;
        // The user was removed with all data while the assistant replied.
        if (lastSeq < seq) throw invalidToken();
        if (newReply.delivered && !question.delivered) tx.markDelivered({ from: seq, to: seq });
        const record = tx.idempotencyRecord?.userSeq === seq ? tx.idempotencyRecord : undefined;
        // When the queue let two instances run the same turn, the first reply counts.
        if (record?.replySeq !== undefined) return { readSeq, replySeq: record.replySeq };
        const saveRecord = (replySeq: number): void => {
          if (record === undefined) return;
          const { key, createdAt } = record;
          // Field by field: with `...` each record had its own hidden class, which was never freed.
          tx.saveIdempotencyRecord({ userId, key, userSeq: seq, replySeq, createdAt });
        };
        if (newReply.content.trim() === '') {
          saveRecord(seq);
          const { stopRequest, ...state } = tx.state;
          if (stopRequest !== undefined) tx.saveState(state);
          return { readSeq };
        }
        const { message: reply } = appender.append(tx, userId, newReply);
        saveRecord(reply.seq);
        return { readSeq, reply };
      };
      const { readSeq, reply, replySeq } = await store.transaction<{
        readSeq: number;
        reply?: MessageRecord;
        replySeq?: number;
      }>(userId, appendReply, { idempotencyKey });
      const isEarlier = replySeq !== undefined && replySeq !== seq;
      return {
        userMessage: newReply.delivered ? asDelivered(question) : question,
        reply: isEarlier ? await messageAt(userId, replySeq) : reply,
        readSeq,
        replayed: replySeq !== undefined,
      };
    },
  };
}
