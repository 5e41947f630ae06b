import type { Role } from '@chat/contract';
import type { MessageRecord, SessionRecord, UserTransaction } from '../../chat/store.js';

export interface NewMessage {
  readonly userId: string;
  readonly content: string;
  readonly role?: Role;
  readonly timestamp?: number;
  /** Begins a session with this message. */
  readonly newSession?: boolean;
}

/** Stores one message the way the domain does, with sound counters, so that `check()` has no complaint. */
export async function appendMessage(
  tx: UserTransaction,
  message: NewMessage,
): Promise<MessageRecord> {
  const { userId, content, role = 'user' } = message;
  const state = await tx.state();
  const timestamp = message.timestamp ?? state.lastTimestamp + 1;
  const begins = state.session === undefined || message.newSession === true;
  const sessionCount = state.sessionCount + (begins ? 1 : 0);
  const before = begins
    ? {
        id: `${userId}-session-${sessionCount}`,
        userId,
        ordinal: sessionCount,
        startTime: timestamp,
        messageCount: 0,
        ended: false,
      }
    : (state.session as SessionRecord);
  const session = { ...before, messageCount: before.messageCount + 1, lastMessageTime: timestamp };
  const seq = state.lastSeq + 1;
  const stored: MessageRecord = {
    id: `${userId}-message-${seq}`,
    userId,
    seq,
    sessionId: session.id,
    sessionSeq: session.messageCount,
    role,
    content,
    timestamp,
    delivered: false,
  };
  await tx.insertMessage(stored);
  await tx.saveState({ ...state, lastSeq: seq, lastTimestamp: timestamp, sessionCount, session });
  return stored;
}
