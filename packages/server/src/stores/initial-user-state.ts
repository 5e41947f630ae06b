import type { UserState } from '../domain/ports/store.js';

/** The state of a user without messages. */
export const initialUserState: UserState = {
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
