import type {
  IdempotencyRecord,
  MessageRecord,
  SessionRecord,
  UserState,
} from '../domain/ports/store.js';
import { checkMessages } from './check-messages.js';

/** A consistent snapshot of a store's committed data, read in slices so that a long history fits into memory. */
export interface StoreSnapshot {
  /** The next user id with stored data; `''` comes before the first. */
  nextUserId(after: string): Promise<string | undefined>;
  state(userId: string): Promise<UserState>;
  sessionsFrom(userId: string, ordinal: number, limit: number): Promise<SessionRecord[]>;
  messagesFrom(userId: string, seq: number, limit: number): Promise<MessageRecord[]>;
  messageById(userId: string, id: string): Promise<MessageRecord | undefined>;
  turnsAfter(userId: string, key: string, limit: number): Promise<IdempotencyRecord[]>;
}

const sliceSize = 500;
const maxProblems = 1_000;
const minNumber = Number.MIN_SAFE_INTEGER;

/**
 * Finds violations of the data's rules, as sentences: numbers have no gaps, counters equal the counted rows, times never
 * decrease, replies and turns refer to existing messages. Stops after 1,000 sentences.
 */
export async function checkStore(snapshot: StoreSnapshot): Promise<string[]> {
  const problems: string[] = [];
  let userId = await snapshot.nextUserId('');
  while (userId !== undefined && problems.length < maxProblems) {
    for await (const problem of checkUser(snapshot, userId)) {
      problems.push(`User ${userId}: ${problem}`);
      if (problems.length >= maxProblems) break;
    }
    userId = await snapshot.nextUserId(userId);
  }
  return problems;
}

async function* checkUser(snapshot: StoreSnapshot, userId: string): AsyncGenerator<string> {
  const state = await snapshot.state(userId);
  const nextSessions = (last?: SessionRecord) =>
    snapshot.sessionsFrom(userId, last === undefined ? minNumber : last.ordinal + 1, sliceSize);
  const nextMessages = (last?: MessageRecord) =>
    snapshot.messagesFrom(userId, last === undefined ? minNumber : last.seq + 1, sliceSize);

  const sessions = new Map<string, SessionRecord>();
  let ordinal = 0;
  let firstSeq = 1;
  for await (const session of inSlices(nextSessions)) {
    ordinal += 1;
    sessions.set(session.id, session);
    if (session.ordinal !== ordinal) {
      yield `session ${session.id} has the ordinal ${session.ordinal}, expected ${ordinal}.`;
      ordinal = session.ordinal;
    }
    if (session.firstSeq !== firstSeq) {
      yield `session ${session.id} has the first message ${session.firstSeq}, expected ${firstSeq}.`;
    }
    firstSeq = session.firstSeq + session.messageCount;
    if (session.startTime > session.lastMessageTime) {
      yield `session ${session.id} starts after its last message.`;
    }
  }
  if (state.sessionCount !== sessions.size) {
    yield `the state counts ${state.sessionCount} sessions, but ${sessions.size} are stored.`;
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
  const nextTurns = (last?: IdempotencyRecord) =>
    snapshot.turnsAfter(userId, last?.key ?? '', sliceSize);
  for await (const { key, userSeq, replySeq } of inSlices(nextTurns)) {
    const turn = `turn ${JSON.stringify(key)}`;
    if ((await roleOf(userSeq)) !== 'user') {
      yield `${turn} starts with number ${userSeq}, which is not a message of the user.`;
    }
    // A reply that was stopped before it had text has the number of its question.
    if (replySeq === undefined || replySeq === userSeq) continue;
    if (replySeq < userSeq || (await roleOf(replySeq)) !== 'assistant') {
      yield `${turn} ends with number ${replySeq}, which is not a reply to number ${userSeq}.`;
    }
  }
}

/** All records, slice by slice: `next` reads the slice after the record `last`. */
async function* inSlices<T>(next: (last: T | undefined) => Promise<T[]>): AsyncGenerator<T> {
  let slice = await next(undefined);
  while (slice.length > 0) {
    yield* slice;
    slice = slice.length < sliceSize ? [] : await next(slice[slice.length - 1]);
  }
}
