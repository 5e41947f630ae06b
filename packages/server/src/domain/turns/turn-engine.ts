import type { ChatApiDependencies } from '../api.js';
import { HttpError, unavailable } from '../errors.js';
import { createInFlightTracker } from '../in-flight-tracker.js';
import { DeltaEvent } from '../messages/delta-event.js';
import { messageFrame, stoppedFrame } from '../messages/frames.js';
import type { MessageAppender } from '../messages/message-appender.js';
import type { AssistantMessage } from '../ports/index.js';
import type { MessageRecord } from '../ports/store.js';
import type { RunningReplies } from '../replies/running-replies.js';
import type { ReplyOutcome, RunningReply } from '../replies/running-reply.js';
import { type AssistantCall, askAssistant, type GeneratedReply } from './ask-assistant.js';
import { createIdempotencyRecords } from './idempotency-records.js';
import {
  outOfOrderMessage,
  type Regeneration,
  type Turn,
  type TurnEngine,
  type TurnResult,
} from './turns.js';

const defaultContextMessages = 50;

interface ReplyOptions {
  /** Whether the question has a reply already. */
  readonly again: boolean;
  /** The earlier messages of the session; when missing, they are read. */
  readonly context?: readonly MessageRecord[] | undefined;
  /** The stop request that the store had at the start of the turn. */
  readonly stopRequest: string | undefined;
}

export function createTurnEngine(
  dependencies: ChatApiDependencies,
  appender: MessageAppender,
  replies: RunningReplies,
): TurnEngine {
  const { assistant, clock, fanOut, idGenerator, limits, logger, store, turns } = dependencies;
  const idempotency = createIdempotencyRecords(dependencies, appender);
  const inFlight = createInFlightTracker();
  let stopping = false;

  const contextSize = () => Math.max(1, assistant.contextMessages ?? defaultContextMessages);

  const inTurn = <T>(userId: string, work: () => Promise<T>): Promise<T> => {
    if (stopping) return Promise.reject(unavailable('The server is stopping; try again.'));
    return inFlight.run(() => turns.run(userId, work));
  };

  /** The earlier messages of the session that the assistant receives. */
  const readContext = async (question: MessageRecord): Promise<readonly MessageRecord[]> => {
    const { userId, seq, sessionSeq } = question;
    const count = Math.min(contextSize(), sessionSeq) - 1;
    return count === 0 ? [] : store.messages(userId, { from: seq - count, to: seq - 1 });
  };

  /** Calls the assistant for a stored question and publishes the deltas of the reply. */
  const generateReply = async (
    turn: Pick<Turn, 'key' | 'clientId'>,
    reply: RunningReply,
    context: readonly MessageRecord[] | undefined,
  ): Promise<GeneratedReply> => {
    const { id, question } = reply;
    const { userId } = question;
    fanOut.publish(userId, replies.progressOf(reply));
    const earlier = context ?? (await readContext(question));
    const messages = [...earlier, question].map(
      ({ role, content }): AssistantMessage => ({ role, content }),
    );
    try {
      const generated = await askAssistant(
        assistant,
        clock,
        { timeoutMs: limits.assistantTimeoutMs, maxLength: limits.replyMaxLength },
        { messages, userId, reply: new PublishedReply(reply, dependencies) },
      );
      const { truncated, reason } = generated;
      if (truncated !== undefined) {
        logger.warn(
          { userId, messageId: id, truncated, ...(reason !== undefined && { reason }) },
          'The reply of the assistant was cut off.',
        );
      }
      return generated;
    } catch (err) {
      logger.warn({ userId, messageId: question.id, err }, 'The assistant gave no reply.');
      // A 503 invites a retry, which would store a message without a key twice.
      throw turn.key === undefined
        ? new HttpError(500, noReplyMessage(turn))
        : unavailable(noReplyMessage(turn));
    }
  };

  /** Generates and stores the reply to a stored question. */
  const processReply = async (
    turn: Pick<Turn, 'userId' | 'key' | 'clientId' | 'signal' | 'onReply'>,
    question: MessageRecord,
    options: ReplyOptions,
  ): Promise<TurnResult> => {
    const { userId, key } = turn;
    const { again, context, stopRequest } = options;
    const id = idGenerator.next();
    const running = replies.start({ id, userId, question, key, stopRequest });
    let outcome: ReplyOutcome = 'failed';
    try {
      turn.onReply?.(running.reply);
      const startedAt = clock.now();
      const generated = await generateReply(turn, running.reply, context);
      const responseMs = Math.max(0, clock.now() - startedAt);
      const delivered = !isAborted(turn);
      const { content, truncated, stopped } = generated;
      const stored = await idempotency.storeReply(turn, {
        id,
        role: 'assistant',
        question,
        // Field by field: copying them with `...` took 8 % of the time of a turn in memory.
        content,
        truncated,
        stopped,
        responseMs,
        delivered,
        again,
      });
      outcome = stopped && !stored.replayed ? 'stopped' : 'complete';
      publishReply(question, stored);
      return stored;
    } finally {
      running.end();
      running.reply.end(outcome);
    }
  };

  const publishReply = (question: MessageRecord, { reply, readSeq, replayed }: TurnResult) => {
    const { userId, sessionId } = question;
    if (replayed) return;
    if (reply === undefined) {
      const frame = stoppedFrame(clock.now(), sessionId, question.id);
      fanOut.publish(userId, { kind: 'frame', frame });
    } else {
      const { seq, delivered } = reply;
      const frame = messageFrame(reply, readSeq);
      fanOut.publish(userId, { kind: 'frame', frame, seq, delivered });
    }
  };

  const processTurn = async (turn: Turn): Promise<TurnResult> => {
    const { userId, clientId } = turn;
    if (isAborted(turn)) throw unavailable('The client disconnected before its turn.');
    if (turn.isSuperseded?.()) throw unavailable(outOfOrderMessage);
    const openTurn = await idempotency.open(turn, contextSize());
    const isRepeat = 'record' in openTurn;
    const { userMessage, context, reply, stopped, readSeq, stopRequest } = isRepeat
      ? await idempotency.replay(turn, openTurn)
      : openTurn;
    const frame = messageFrame(userMessage, readSeq, clientId);
    // It is marked as delivered together with the reply, without an extra transaction.
    const { seq } = userMessage;
    if (!isRepeat) fanOut.publish(userId, { kind: 'frame', frame, seq, delivered: true });
    turn.onStored?.({ userMessage, isRepeat, frame });
    if (reply !== undefined || stopped) return { userMessage, reply, readSeq, replayed: true };
    // Without a reply the sockets mark it as delivered.
    const markOverSockets = (): void => {
      if (!isRepeat) fanOut.publish(userId, { kind: 'frame', frame, seq });
    };
    const options = { again: false, context, stopRequest };
    const result = await processReply(turn, userMessage, options).catch((error: unknown) => {
      markOverSockets();
      throw error;
    });
    if (result.reply === undefined && !result.userMessage.delivered) markOverSockets();
    return result;
  };

  const regenerate = async (turn: Regeneration): Promise<TurnResult> => {
    if (isAborted(turn)) throw unavailable('The client disconnected before its turn.');
    const { userMessage, reply, stopped, readSeq, stopRequest } =
      await idempotency.openRegeneration(turn);
    if (reply !== undefined || stopped) return { userMessage, reply, readSeq, replayed: true };
    return processReply(turn, userMessage, { again: true, stopRequest });
  };

  const appendAssistantMessage = async (
    userId: string,
    content: string,
  ): Promise<MessageRecord> => {
    const stored = await store.transaction(userId, (tx) => {
      const newMessage = {
        id: idGenerator.next(),
        role: 'assistant',
        content,
        delivered: false,
      } as const;
      return appender.append(tx, userId, newMessage);
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
          return await processTurn(turn);
        } catch (error) {
          turn.onFailed?.(error);
          throw error;
        }
      }),
    regenerate: (turn) => inTurn(turn.userId, () => regenerate(turn)),
    newSession: (userId) =>
      inTurn(userId, () => store.transaction(userId, (tx) => appender.startSession(tx, userId))),
    pushMessage: (userId, content) => inTurn(userId, () => appendAssistantMessage(userId, content)),
    drain() {
      stopping = true;
      return inFlight.whenIdle();
    },
  };
}

type PublishedText = AssistantCall['reply'];

/** The reply as the assistant's text is added to it: each delta is published. */
class PublishedReply implements PublishedText {
  readonly #reply: RunningReply;
  readonly #dependencies: Pick<ChatApiDependencies, 'clock' | 'fanOut'>;

  constructor(reply: RunningReply, dependencies: Pick<ChatApiDependencies, 'clock' | 'fanOut'>) {
    this.#reply = reply;
    this.#dependencies = dependencies;
  }

  get text(): string {
    return this.#reply.text;
  }

  append(content: string): void {
    const { id, question, text } = this.#reply;
    const { clock, fanOut } = this.#dependencies;
    const { userId, sessionId } = question;
    this.#reply.append(content);
    const delta = { id, sessionId, offset: text.length, content };
    fanOut.publish(userId, new DeltaEvent(clock.now(), delta));
  }

  onStop(stop: () => void): void {
    this.#reply.onStop(stop);
  }
}

function isAborted({ signal }: Pick<Turn, 'signal'>): boolean {
  return signal?.aborted ?? false;
}

function noReplyMessage({ key, clientId }: Pick<Turn, 'key' | 'clientId'>): string {
  const stored = 'The assistant gave no reply. Your message is stored';
  if (key === undefined) return `${stored}.`;
  const again = clientId === undefined ? 'Idempotency-Key' : 'id';
  return `${stored}; send it again with the same ${again} to get a reply.`;
}
