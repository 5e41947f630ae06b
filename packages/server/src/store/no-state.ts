import type { UserState } from '../chat/store.js';

/** The state of a user who never wrote. */
export const noState: UserState = {
  lastSeq: 0,
  lastTimestamp: 0,
  readSeq: 0,
  sessionCount: 0,
  day: '',
  dayChats: 0,
  dayMessages: 0,
  responseCount: 0,
  responseMsTotal: 0,
  ratedCount: 0,
  satisfiedCount: 0,
};
