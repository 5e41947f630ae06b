import type { MessageRecord, SessionRecord, UserState } from '../domain/ports/store.js';

/**
 * Compares one user's messages, read in order, with the user's state and sessions.
 * @param messageById finds any message of this user
 */
export async function* checkMessages(
  state: UserState,
  sessions: ReadonlyMap<string, SessionRecord>,
  messages: AsyncIterable<MessageRecord>,
  messageById: (id: string) => Promise<MessageRecord | undefined>,
): AsyncGenerator<string> {
  const newest = new Map<string, MessageRecord>();
  const counts = { messages: 0, replies: 0, rated: 0, satisfied: 0 };
  let expected = 1;
  let timestamp = Number.NEGATIVE_INFINITY;
  let previous: MessageRecord | undefined;

  for await (const message of messages) {
    if (message.seq !== expected) {
      yield `found message number ${message.seq}, expected ${expected}.`;
    }
    expected = message.seq + 1;
    if (message.timestamp < timestamp) {
      yield `message ${message.seq} is older than the one before it.`;
    }
    timestamp = message.timestamp;

    const sessionSeq = (newest.get(message.sessionId)?.sessionSeq ?? 0) + 1;
    if (message.sessionSeq !== sessionSeq) {
      yield `message ${message.seq} is number ${message.sessionSeq} of its session, expected ${sessionSeq}.`;
    }
    newest.set(message.sessionId, message);

    const { replyTo } = message;
    if (replyTo !== undefined) {
      // Nearly always the previous message, so a lookup is rare.
      const question = previous?.id === replyTo ? previous : await messageById(replyTo);
      if (question?.role !== 'user' || question.seq >= message.seq) {
        yield `message ${message.seq} replies to ${JSON.stringify(replyTo)}, which is not an earlier message of the user.`;
      }
    }
    previous = message;

    counts.messages += 1;
    if (message.role === 'assistant') counts.replies += 1;
    if (message.satisfied !== undefined) counts.rated += 1;
    if (message.satisfied === true) counts.satisfied += 1;
  }

  yield* checkSessions(sessions, newest);
  if (state.lastSeq !== counts.messages) {
    yield `the state counts ${state.lastSeq} messages, but ${counts.messages} are stored.`;
  }
  if (state.ratedCount !== counts.rated || state.satisfiedCount !== counts.satisfied) {
    yield `the state counts ${state.satisfiedCount} satisfied of ${state.ratedCount} ratings, but ${counts.satisfied} of ${counts.rated} are stored.`;
  }
  if (state.lastTimestamp < timestamp) yield 'the newest message is newer than the state.';
  if (state.readSeq > counts.messages) yield 'more messages are read than stored.';
  if (state.responseCount > counts.replies)
    yield 'more response times are counted than replies are stored.';
  if (state.dayMessages > counts.messages || state.dayChats > sessions.size) {
    yield 'the counters of the day exceed what is stored.';
  }
}

function* checkSessions(
  sessions: ReadonlyMap<string, SessionRecord>,
  newest: ReadonlyMap<string, MessageRecord>,
): Generator<string> {
  for (const [id, message] of newest) {
    if (!sessions.has(id))
      yield `message ${message.seq} belongs to session ${id}, which is not stored.`;
  }
  for (const session of sessions.values()) {
    const message = newest.get(session.id);
    const stored = message?.sessionSeq ?? 0;
    if (session.messageCount !== stored) {
      yield `session ${session.id} counts ${session.messageCount} messages, but ${stored} are stored.`;
    }
    if (message !== undefined && session.lastMessageTime < message.timestamp) {
      yield `session ${session.id} has a message newer than its last message time.`;
    }
  }
}
