import type { ChatApiDependencies } from './api.js';
import type { Conversation } from './conversation.js';
import { delivered, noteDelivered } from './note-delivered.js';
import { Problem } from './problem.js';
import type { MessageRecord, TurnRecord, UserTransaction } from './store.js';
import type { Turn } from './turns.js';

/** A turn whose user message is stored; with `reply` when it had been answered before. */
interface OpenTurn {
  readonly userMessage: MessageRecord;
  readonly reply?: MessageRecord;
  readonly readSeq: number;
}

/** A turn that was opened by an earlier call with the same key. */
interface KnownTurn {
  readonly record: TurnRecord;
  readonly readSeq: number;
}

interface StoredReply {
  readonly userMessage: MessageRecord;
  readonly reply: MessageRecord;
  readonly readSeq: number;
  /** Whether another instance had stored a reply before; then that one is given. */
  readonly replayed: boolean;
}

interface ReplyDraft {
  readonly id: string;
  readonly content: string;
  readonly responseMs: number;
  /** Whether somebody is there to take it. */
  readonly delivered: boolean;
}

/** The two transactions of a turn, and none around the assistant's thinking between them. */
export interface TurnRecords {
  open(turn: Turn): Promise<OpenTurn | KnownTurn>;
  /** @throws {@link Problem} 400 when the key was used with other content. */
  reopen(turn: Turn, known: KnownTurn): Promise<OpenTurn>;
  answer(turn: Turn, userMessage: MessageRecord, draft: ReplyDraft): Promise<StoredReply>;
}

export function createTurnRecords(
  dependencies: ChatApiDependencies,
  conversation: Conversation,
): TurnRecords {
  const { clock, identifiers, limits, store } = dependencies;

  const messageAt = async (userId: string, seq: number): Promise<MessageRecord> => {
    const [message] = await store.messages(userId, { from: seq, to: seq });
    if (message !== undefined) return message;
    throw new Error(`Message ${seq} of a known turn is not in the store.`);
  };

  const isLive = (record: TurnRecord): boolean =>
    clock.now() - record.createdAt < limits.idempotencyLifetimeMs;

  return {
    open({ userId, key, content }) {
      const begin = (tx: UserTransaction): OpenTurn | KnownTurn => {
        const { readSeq } = tx.state;
        if (tx.turn !== undefined && isLive(tx.turn)) return { record: tx.turn, readSeq };
        const draft = { id: identifiers.next(), role: 'user', content, delivered: false } as const;
        const { message } = conversation.append(tx, userId, draft);
        if (key !== undefined) {
          tx.saveTurn({ userId, key, userSeq: message.seq, createdAt: clock.now() });
        }
        return { userMessage: message, readSeq };
      };
      return store.transaction(userId, begin, { turn: key });
    },

    // Messages never change but for being delivered, so they may be read when the transaction is over.
    async reopen({ userId, content }, { record, readSeq }) {
      const userMessage = await messageAt(userId, record.userSeq);
      if (userMessage.content !== content) {
        throw new Problem(400, 'This idempotency key was used for another message; use a new one.');
      }
      if (record.replySeq === undefined) return { userMessage, readSeq };
      const reply = await messageAt(userId, record.replySeq);
      await noteDelivered(store, [userMessage, reply]);
      return { userMessage: delivered(userMessage), reply: delivered(reply), readSeq };
    },

    async answer({ userId, key: turn }, userMessage, draft) {
      const { seq } = userMessage;
      const conclude = (tx: UserTransaction) => {
        const { readSeq } = tx.state;
        if (draft.delivered && !userMessage.delivered) tx.markDelivered({ from: seq, to: seq });
        const record = tx.turn?.userSeq === seq ? tx.turn : undefined;
        // Where the queue failed to hold two instances apart, the first answer is the answer.
        if (record?.replySeq !== undefined) return { readSeq, replySeq: record.replySeq };
        const { message: reply } = conversation.append(tx, userId, {
          id: draft.id,
          role: 'assistant',
          content: draft.content,
          delivered: draft.delivered,
          replyTo: userMessage,
          responseMs: draft.responseMs,
        });
        if (record !== undefined) {
          const { key, createdAt } = record;
          // Not with `...`, after which each record had a hidden class of its own, for ever.
          tx.saveTurn({ userId, key, userSeq: seq, replySeq: reply.seq, createdAt });
        }
        return { readSeq, reply };
      };
      const { readSeq, reply, replySeq } = await store.transaction(userId, conclude, { turn });
      return {
        userMessage: draft.delivered ? delivered(userMessage) : userMessage,
        reply: reply ?? (await messageAt(userId, replySeq)),
        readSeq,
        replayed: reply === undefined,
      };
    },
  };
}
