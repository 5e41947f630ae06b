import type { MessageRecord, SessionRecord, TurnRecord, UserState } from '../chat/store.js';
import { checkMessages } from './check-messages.js';

/** One unchanging view of a store's committed data, read in slices so that a long history fits. */
export interface StoreSnapshot {
  /** The next user of whom anything is stored; `''` comes before the first. */
  nextUserId(after: string): Promise<string | undefined>;
  state(userId: string): Promise<UserState>;
  sessionsFrom(userId: string, ordinal: number, limit: number): Promise<SessionRecord[]>;
  messagesFrom(userId: string, seq: number, limit: number): Promise<MessageRecord[]>;
  messageById(userId: string, id: string): Promise<MessageRecord | undefined>;
  turnsAfter(userId: string, key: string, limit: number): Promise<TurnRecord[]>;
}

const sliceSize = 500;
const mostProblems = 1_000;
const lowest = Number.MIN_SAFE_INTEGER;

/**
 * Every broken rule of the data, as sentences: numbers without gaps, counters that equal the counted
 * rows, times that never decrease, replies and turns that point at what they say. Stops after 1,000 sentences.
 */
export async function checkStore(snapshot: StoreSnapshot): Promise<string[]> {
  const problems: string[] = [];
  let userId = await snapshot.nextUserId('');
  while (userId !== undefined && problems.length < mostProblems) {
    for await (const problem of checkUser(snapshot, userId)) {
      problems.push(`User ${userId}: ${problem}`);
      if (problems.length >= mostProblems) break;
    }
    userId = await snapshot.nextUserId(userId);
  }
  return problems;
}

async function* checkUser(snapshot: StoreSnapshot, userId: string): AsyncGenerator<string> {
  const state = await snapshot.state(userId);
  const nextSessions = (last?: SessionRecord) =>
    snapshot.sessionsFrom(userId, last === undefined ? lowest : last.ordinal + 1, sliceSize);
  const nextMessages = (last?: MessageRecord) =>
    snapshot.messagesFrom(userId, last === undefined ? lowest : last.seq + 1, sliceSize);

  const sessions = new Map<string, SessionRecord>();
  let ordinal = 0;
  for await (const session of inSlices(nextSessions)) {
    ordinal += 1;
    sessions.set(session.id, session);
    if (session.ordinal !== ordinal) {
      yield `session ${session.id} has the ordinal ${session.ordinal} where ${ordinal} comes next.`;
      ordinal = session.ordinal;
    }
    if (session.startTime > session.lastMessageTime) {
      yield `session ${session.id} starts after its last message.`;
    }
  }
  if (state.sessionCount !== sessions.size) {
    yield `the state counts ${state.sessionCount} sessions where ${sessions.size} are stored.`;
  }
  const messageById = (id: string) => snapshot.messageById(userId, id);
  yield* checkMessages(state, sessions, inSlices(nextMessages), messageById);
  yield* checkTurns(snapshot, userId);
}

async function* checkTurns(snapshot: StoreSnapshot, userId: string): AsyncGenerator<string> {
  const roleOf = async (seq: number) => {
    const [message] = await snapshot.messagesFrom(userId, seq, 1);
    return message?.seq === seq ? message.role : undefined;
  };
  const nextTurns = (last?: TurnRecord) => snapshot.turnsAfter(userId, last?.key ?? '', sliceSize);
  for await (const { key, userSeq, replySeq } of inSlices(nextTurns)) {
    const turn = `turn ${JSON.stringify(key)}`;
    if ((await roleOf(userSeq)) !== 'user') {
      yield `${turn} begins with number ${userSeq}, which is no message of the user.`;
    }
    if (replySeq === undefined) continue;
    if (replySeq <= userSeq || (await roleOf(replySeq)) !== 'assistant') {
      yield `${turn} ends with number ${replySeq}, which is no answer to number ${userSeq}.`;
    }
  }
}

/** All records, slice by slice: `next` reads the one that follows `last`. */
async function* inSlices<T>(next: (last: T | undefined) => Promise<T[]>): AsyncGenerator<T> {
  let slice = await next(undefined);
  while (slice.length > 0) {
    yield* slice;
    slice = slice.length < sliceSize ? [] : await next(slice[slice.length - 1]);
  }
}
