import type { ChatApiDependencies } from './api.js';
import { type DayOf, daysIn } from './days.js';
import { countMessage, countResponse } from './statistics.js';
import type { MessageRecord, SessionRecord, UserState, UserTransaction } from './store.js';

/** A message on its way into the store, before it has its place in the conversation. */
interface Draft {
  readonly id: string;
  readonly role: MessageRecord['role'];
  readonly content: string;
  readonly delivered: boolean;
  /** The message that a reply answers; it stays in the session of that one as long as that is the newest. */
  readonly replyTo?: MessageRecord;
  /** What that reply took, in milliseconds. */
  readonly responseMs?: number;
}

interface Appended {
  readonly message: MessageRecord;
  readonly state: UserState;
}

/** Gives messages their place: number, session and time. */
export interface Conversation {
  readonly dayOf: DayOf;
  /** Milliseconds since the epoch, and never before the user's newest message. */
  timeFor(state: UserState): number;
  /** Stores `draft` as the user's newest message. */
  append(tx: UserTransaction, userId: string, draft: Draft): Appended;
}

export function createConversation(dependencies: ChatApiDependencies): Conversation {
  const { clock, identifiers, limits } = dependencies;
  const dayOf = daysIn(dependencies.timeZone);

  const timeFor = (state: UserState): number => Math.max(clock.now(), state.lastTimestamp);

  const continues = (session: SessionRecord, draft: Draft, time: number): boolean => {
    if (draft.replyTo?.sessionId === session.id) return true;
    return !session.ended && time - session.lastMessageTime <= limits.sessionIdleMs;
  };

  return {
    dayOf,
    timeFor,
    append(tx, userId, draft) {
      const { state } = tx;
      const time = timeFor(state);
      const newest = state.session;
      const goesOn = newest !== undefined && continues(newest, draft, time);
      const before = goesOn ? newest : begin(identifiers.next(), userId, state, time);
      const messageCount = before.messageCount + 1;
      const { day, dayChats, dayMessages } = countMessage(state, dayOf(time), !goesOn);
      const { responseCount, responseMsTotal } = countResponse(state, draft.responseMs);
      // Field by field: copying states with `...` was an eighth of all the work for a message.
      const next: UserState = {
        lastSeq: state.lastSeq + 1,
        lastTimestamp: time,
        readSeq: state.readSeq,
        sessionCount: before.ordinal,
        session: {
          id: before.id,
          userId,
          ordinal: before.ordinal,
          startTime: before.startTime,
          lastMessageTime: time,
          messageCount,
          ended: before.ended,
        },
        day,
        dayChats,
        dayMessages,
        responseCount,
        responseMsTotal,
        ratedCount: state.ratedCount,
        satisfiedCount: state.satisfiedCount,
      };
      const message: MessageRecord & { replyTo?: string } = {
        id: draft.id,
        userId,
        seq: next.lastSeq,
        sessionId: before.id,
        sessionSeq: messageCount,
        role: draft.role,
        content: draft.content,
        timestamp: time,
        delivered: draft.delivered,
      };
      if (draft.replyTo !== undefined) message.replyTo = draft.replyTo.id;
      // The session's row before the message that points at it.
      tx.saveState(next);
      tx.insertMessage(message);
      return { message, state: next };
    },
  };
}

function begin(id: string, userId: string, state: UserState, time: number): SessionRecord {
  return {
    id,
    userId,
    ordinal: state.sessionCount + 1,
    startTime: time,
    lastMessageTime: time,
    messageCount: 0,
    ended: false,
  };
}
