import type { ChatMessage } from '@chat/client/react';
import { dayOf, sameDay } from './dates.js';

/** Messages of one sender within this time form a group. */
const groupMs = 5 * 60_000;

/** The heading above a message: a new day, or a new chat. */
export function Heading({ message, previous }: { message: ChatMessage; previous?: ChatMessage }) {
  if (previous === undefined || !sameDay(previous.timestamp, message.timestamp)) {
    return <h2 className="day">{dayOf(message.timestamp)}</h2>;
  }
  return previous.sessionId === message.sessionId ? null : <NewChatHeading />;
}

export function NewChatHeading() {
  return <h2 className="day">New chat</h2>;
}

/** Whether a message follows one of the same sender, without a heading between them. */
export function isGrouped(message: ChatMessage, previous: ChatMessage | undefined): boolean {
  return (
    previous !== undefined &&
    previous.role === message.role &&
    previous.sessionId === message.sessionId &&
    Date.parse(message.timestamp) - Date.parse(previous.timestamp) < groupMs
  );
}
