import type { ChatStats, MessageStats } from '@chat/contract';
import type { UserState } from './store.js';

// Running counters: each message, reply and rating moves them, so that reading them costs nothing.

type DayCounters = Pick<UserState, 'day' | 'dayChats' | 'dayMessages'>;
type ResponseCounters = Pick<UserState, 'responseCount' | 'responseMsTotal'>;
type RatingCounters = Pick<UserState, 'ratedCount' | 'satisfiedCount'>;

/** Counts a message of `day`. A chat belongs to the day on which it began. */
export function countMessage(state: UserState, day: string, beginsChat: boolean): DayCounters {
  const { dayChats, dayMessages } = countersOf(state, day);
  return { day, dayChats: dayChats + (beginsChat ? 1 : 0), dayMessages: dayMessages + 1 };
}

/** Counts a reply that took so long; a message that is none has no `responseMs`. */
export function countResponse(state: UserState, responseMs: number | undefined): ResponseCounters {
  if (responseMs === undefined) return state;
  return {
    responseCount: state.responseCount + 1,
    responseMsTotal: state.responseMsTotal + responseMs,
  };
}

/** Counts a rating in the place of the one before it, if there was one. */
export function countRating(
  state: UserState,
  before: boolean | undefined,
  satisfied: boolean,
): RatingCounters {
  return {
    ratedCount: state.ratedCount + (before === undefined ? 1 : 0),
    satisfiedCount: state.satisfiedCount + Number(satisfied) - Number(before ?? false),
  };
}

export function chatStats(state: UserState, today: string): ChatStats {
  return {
    todayChats: countersOf(state, today).dayChats,
    totalChats: state.sessionCount,
    avgResponseTime: ratio(state.responseMsTotal, state.responseCount),
    satisfactionRate: ratio(state.satisfiedCount * 100, state.ratedCount),
  };
}

export function messageStats(state: UserState, today: string): MessageStats {
  return {
    todayMessages: countersOf(state, today).dayMessages,
    totalMessages: state.lastSeq,
    avgMessagesPerChat: ratio(state.lastSeq, state.sessionCount),
  };
}

function countersOf(state: UserState, day: string): DayCounters {
  return state.day === day ? state : { day, dayChats: 0, dayMessages: 0 };
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
