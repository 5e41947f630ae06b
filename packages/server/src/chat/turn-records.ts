import type { ChatApiDependencies } from './api.js';
import type { Conversation } from './conversation.js';
import { Problem } from './problem.js';
import type { MessageRecord, TurnRecord, UserState, UserTransaction } from './store.js';
import type { Turn } from './turns.js';

/** A turn whose user message is stored; with `reply` when it had been answered before. */
interface OpenTurn {
  readonly userMessage: MessageRecord;
  readonly reply?: MessageRecord;
  readonly readSeq: number;
  /** Whether the message was stored by an earlier call with the same key. */
  readonly known: boolean;
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
  /** @throws {@link Problem} 400 when the key was used with other content. */
  open(turn: Turn): Promise<OpenTurn>;
  answer(turn: Turn, userMessage: MessageRecord, draft: ReplyDraft): Promise<StoredReply>;
}

export function createTurnRecords(
  dependencies: ChatApiDependencies,
  conversation: Conversation,
): TurnRecords {
  const { clock, identifiers, limits, store } = dependencies;

  const isLive = (record: TurnRecord): boolean =>
    clock.now() - record.createdAt < limits.idempotencyLifetimeMs;

  const reopen = async (
    tx: UserTransaction,
    state: UserState,
    turn: Turn,
    record: TurnRecord,
  ): Promise<OpenTurn> => {
    const userMessage = await messageAt(tx, record.userSeq);
    if (userMessage.content !== turn.content) {
      throw new Problem(400, 'This idempotency key was used for another message; use a new one.');
    }
    const { readSeq } = state;
    if (record.replySeq === undefined) return { userMessage, readSeq, known: true };
    const reply = await messageAt(tx, record.replySeq);
    return {
      userMessage: delivered(tx, userMessage),
      reply: delivered(tx, reply),
      readSeq,
      known: true,
    };
  };

  return {
    open: (turn) =>
      store.transaction(turn.userId, async (tx) => {
        const { userId, key, content } = turn;
        const state = await tx.state();
        const record = key === undefined ? undefined : await tx.turn(key);
        if (record !== undefined && isLive(record)) return reopen(tx, state, turn, record);
        const draft = { id: identifiers.next(), role: 'user', content, delivered: false } as const;
        const { message } = conversation.append(tx, userId, state, draft);
        if (key !== undefined) {
          tx.saveTurn({ userId, key, userSeq: message.seq, createdAt: clock.now() });
        }
        return { userMessage: message, readSeq: state.readSeq, known: false };
      }),

    answer: (turn, userMessage, { id, content, responseMs, delivered: handedOver }) =>
      store.transaction(turn.userId, async (tx) => {
        const { userId, key } = turn;
        const state = await tx.state();
        const record = key === undefined ? undefined : await tx.turn(key);
        const asked = handedOver ? delivered(tx, userMessage) : userMessage;
        // Where the queue failed to hold two instances apart, the first answer is the answer.
        if (record?.userSeq === userMessage.seq && record.replySeq !== undefined) {
          const reply = await messageAt(tx, record.replySeq);
          return { userMessage: asked, reply, readSeq: state.readSeq, replayed: true };
        }
        const { message: reply } = conversation.append(tx, userId, state, {
          id,
          role: 'assistant',
          content,
          delivered: handedOver,
          replyTo: userMessage,
          responseMs,
        });
        if (record?.userSeq === userMessage.seq) {
          tx.saveTurn({ ...record, replySeq: reply.seq });
        }
        return { userMessage: asked, reply, readSeq: state.readSeq, replayed: false };
      }),
  };
}

async function messageAt(tx: UserTransaction, seq: number): Promise<MessageRecord> {
  const message = await tx.messageBySeq(seq);
  if (message === undefined) throw new Error(`Message ${seq} of a known turn is not in the store.`);
  return message;
}

function delivered(tx: UserTransaction, message: MessageRecord): MessageRecord {
  if (message.delivered) return message;
  tx.markDelivered({ from: message.seq, to: message.seq });
  return { ...message, delivered: true };
}
