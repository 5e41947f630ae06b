import type { Role } from '@chat/contract';
import type {
  MessageRecord,
  SessionRecord,
  UserState,
  UserTransaction,
} from '../../domain/ports/store.js';

export interface NewMessage {
  readonly userId: string;
  readonly content: string;
  readonly role?: Role;
  readonly timestamp?: number;
  /** The id of the message that this one replies to. */
  readonly replyTo?: string | undefined;
  /** Starts a session with this message. */
  readonly newSession?: boolean;
}

/** Stores one message as the domain does, with correct counters, so that `check()` finds nothing. */
export function appendMessage(tx: UserTransaction, draft: NewMessage): MessageRecord {
  const { message, state } = nextMessage(tx.state, draft);
  tx.insertMessage(message);
  tx.saveState(state);
  return message;
}

/** The next message after `state`, and the state after that message. */
export function nextMessage(
  state: UserState,
  draft: NewMessage,
): { message: MessageRecord; state: UserState } {
  const { userId, content, role = 'user', replyTo, newSession } = draft;
  const timestamp = draft.timestamp ?? state.lastTimestamp + 1;
  const before = newSession === true ? undefined : state.session;
  const sessionCount = state.sessionCount + (before === undefined ? 1 : 0);
  const session: SessionRecord = {
    id: before?.id ?? `${userId}-session-${sessionCount}`,
    userId,
    ordinal: sessionCount,
    firstSeq: before?.firstSeq ?? state.lastSeq + 1,
    startTime: before?.startTime ?? timestamp,
    lastMessageTime: timestamp,
    messageCount: (before?.messageCount ?? 0) + 1,
    contentBytes: (before?.contentBytes ?? 0) + Buffer.byteLength(content),
    ended: false,
  };
  const seq = state.lastSeq + 1;
  const message: MessageRecord = {
    id: `${userId}-message-${seq}`,
    userId,
    seq,
    sessionId: session.id,
    sessionSeq: session.messageCount,
    role,
    content,
    timestamp,
    delivered: false,
    ...(replyTo !== undefined && { replyTo }),
  };
  return {
    message,
    state: { ...state, lastSeq: seq, lastTimestamp: timestamp, sessionCount, session },
  };
}
