import type { ChatStats, MessageStats } from '@chat/contract';
import type { UserState } from '../ports/store.js';

// Running counters: every message, reply and rating updates them, so that reading them costs the same for any history.

type DayCounters = Pick<UserState, 'day' | 'dayChats' | 'dayMessages'>;
type ResponseCounters = Pick<UserState, 'responseCount' | 'responseMsTotal'>;
type RatingCounters = Pick<UserState, 'ratedCount' | 'satisfiedCount'>;

/** Counts a message of `day`. A chat belongs to the day on which it started. */
export function countMessage(state: UserState, day: string, startsChat: boolean): DayCounters {
  const { dayChats, dayMessages } = dayCounters(state, day);
  return { day, dayChats: dayChats + (startsChat ? 1 : 0), dayMessages: dayMessages + 1 };
}

/** Counts a chat that starts on `day` without a message. */
export function countChat(state: UserState, day: string): DayCounters {
  const { dayChats, dayMessages } = dayCounters(state, day);
  return { day, dayChats: dayChats + 1, dayMessages };
}

/** Counts a reply. Other messages have no `responseMs`. */
export function countResponse(state: UserState, responseMs: number | undefined): ResponseCounters {
  if (responseMs === undefined) return state;
  return {
    responseCount: state.responseCount + 1,
    responseMsTotal: state.responseMsTotal + responseMs,
  };
}

/** Counts a rating, which replaces the previous one. */
export function countRating(
  state: UserState,
  previous: boolean | undefined,
  satisfied: boolean,
): RatingCounters {
  return {
    ratedCount: state.ratedCount + (previous === undefined ? 1 : 0),
    satisfiedCount: state.satisfiedCount + Number(satisfied) - Number(previous ?? false),
  };
}

export function chatStats(state: UserState, today: string): ChatStats {
  return {
    todayChats: dayCounters(state, today).dayChats,
    totalChats: state.sessionCount,
    avgResponseTime: ratio(state.responseMsTotal, state.responseCount),
    satisfactionRate: ratio(state.satisfiedCount * 100, state.ratedCount),
  };
}

export function messageStats(state: UserState, today: string): MessageStats {
  return {
    todayMessages: dayCounters(state, today).dayMessages,
    totalMessages: state.lastSeq,
    avgMessagesPerChat: ratio(state.lastSeq, state.sessionCount),
  };
}

function dayCounters(state: UserState, day: string): DayCounters {
  return state.day === day ? state : { day, dayChats: 0, dayMessages: 0 };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
