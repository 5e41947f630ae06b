import type { ChatApiDependencies } from './api.js';
import { askAssistant } from './ask-assistant.js';
import type { Conversation } from './conversation.js';
import { DeltaEvent } from './delta-event.js';
import { messageFrame, typingFrame } from './frames.js';
import type { AssistantMessage } from './ports.js';
import { Problem, unavailable } from './problem.js';
import type { MessageRecord, SeqRange } from './store.js';
import { createTurnRecords } from './turn-records.js';
import { outOfOrder, type Turn, type TurnEngine, type TurnResult } from './turns.js';
import { createUnderWay } from './under-way.js';

const defaultContextMessages = 50;

export function createTurnEngine(
  dependencies: ChatApiDependencies,
  conversation: Conversation,
): TurnEngine {
  const { assistant, clock, fanOut, identifiers, limits, logger, store, turns } = dependencies;
  const records = createTurnRecords(dependencies, conversation);
  const underWay = createUnderWay();
  let stopping = false;

  const inTurn = <T>(userId: string, work: () => Promise<T>): Promise<T> => {
    if (stopping) return Promise.reject(unavailable('The server is stopping; try again.'));
    return underWay.run(() => turns.run(userId, work));
  };

  /** The messages before this one that the assistant wants to see, by their place in the session. */
  const contextOf = ({ sessionSeq }: MessageRecord): SeqRange => {
    const wanted = Math.max(1, assistant.contextMessages ?? defaultContextMessages);
    return { from: Math.max(1, sessionSeq - wanted + 1), to: sessionSeq - 1 };
  };

  /** Asks for the reply to a stored message, showing the user's sockets how it grows. */
  const replyTo = async (turn: Turn, asked: MessageRecord, id: string): Promise<string> => {
    const { userId, sessionId } = asked;
    fanOut.publish(userId, { kind: 'frame', frame: typingFrame(clock.now(), sessionId) });
    const before = contextOf(asked);
    const messages: AssistantMessage[] = [];
    if (before.from <= before.to) {
      const earlier = await store.sessionMessages(userId, sessionId, before);
      for (const { role, content } of earlier) messages.push({ role, content });
    }
    messages.push({ role: asked.role, content: asked.content });
    try {
      return await askAssistant(assistant, clock, limits.assistantTimeoutMs, {
        messages,
        userId,
        signal: turn.key === undefined ? turn.signal : undefined,
        onPiece: (piece) => {
          fanOut.publish(userId, new DeltaEvent(clock.now(), sessionId, id, piece));
        },
      });
    } catch (err) {
      logger.warn({ userId, messageId: asked.id, err }, 'The assistant gave no reply.');
      // A 503 asks to try again, and without a key the message would be stored twice.
      throw turn.key === undefined ? new Problem(500, noReply(turn)) : unavailable(noReply(turn));
    }
  };

  const take = async (turn: Turn): Promise<TurnResult> => {
    const { userId, clientId } = turn;
    if (isGone(turn)) throw unavailable('The caller went away before its turn.');
    if (turn.isVoid?.()) throw unavailable(outOfOrder);
    const opened = await records.open(turn);
    const known = 'record' in opened;
    const { userMessage, reply, readSeq } = known ? await records.reopen(turn, opened) : opened;
    const frame = messageFrame(userMessage, readSeq, clientId);
    // Noted as delivered with the reply, not in a transaction of its own.
    const { seq } = userMessage;
    if (!known) fanOut.publish(userId, { kind: 'frame', frame, seq, delivered: true });
    turn.onStored?.({ userMessage, known, frame });
    if (reply !== undefined) return { userMessage, reply, readSeq, replayed: true };
    const id = identifiers.next();
    const startedAt = clock.now();
    const content = await replyTo(turn, userMessage, id).catch((error: unknown) => {
      // No reply to note it with: whoever showed it notes it now.
      if (!known) fanOut.publish(userId, { kind: 'frame', frame, seq });
      throw error;
    });
    const responseMs = Math.max(0, clock.now() - startedAt);
    const delivered = !isGone(turn);
    const answer = await records.answer(turn, userMessage, { id, content, responseMs, delivered });
    if (!answer.replayed) {
      const replyFrame = messageFrame(answer.reply, answer.readSeq);
      const { seq, delivered } = answer.reply;
      fanOut.publish(userId, { kind: 'frame', frame: replyFrame, seq, delivered });
    }
    return answer;
  };

  const say = async (userId: string, content: string): Promise<MessageRecord> => {
    const stored = await store.transaction(userId, (tx) => {
      const draft = {
        id: identifiers.next(),
        role: 'assistant',
        content,
        delivered: false,
      } as const;
      return conversation.append(tx, userId, draft);
    });
    const { message } = stored;
    const frame = messageFrame(message, stored.state.readSeq);
    fanOut.publish(userId, { kind: 'frame', frame, seq: message.seq });
    return message;
  };

  return {
    send: (turn) =>
      inTurn(turn.userId, async () => {
        try {
          return await take(turn);
        } catch (error) {
          turn.onFailed?.(error);
          throw error;
        }
      }),
    push: (userId, content) => inTurn(userId, () => say(userId, content)),
    drain() {
      stopping = true;
      return underWay.idle();
    },
  };
}

function isGone({ signal }: Turn): boolean {
  return signal?.aborted ?? false;
}

function noReply({ key, clientId }: Turn): string {
  const stored = 'The assistant gave no reply. Your message is stored';
  if (key === undefined) return `${stored}.`;
  const again = clientId === undefined ? 'Idempotency-Key' : 'id';
  return `${stored}; send it again with the same ${again} to have it answered.`;
}
