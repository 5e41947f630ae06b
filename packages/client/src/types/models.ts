// Written out and not inferred from the contract's schemas, so that no public type names zod; a test
// holds them equal.

/** One message of a conversation. `id`, `sessionId` and `status` come from backends that know them. */
export interface Message {
  /** Who wrote it. */
  role: 'user' | 'assistant';
  /** The text, exactly as it was sent. */
  content: string;
  /** ISO 8601. */
  timestamp: string;
  /** Identifies the message. */
  id?: string | undefined;
  /** The session that it belongs to. */
  sessionId?: string | undefined;
  /** Stored, handed to a client, or read by the user; it only moves forward. */
  status?: 'sent' | 'delivered' | 'read' | undefined;
}

/** A conversation: it ends with a logout, or after a long silence. */
export interface ChatSession {
  /** Identifies the session. */
  id: string;
  /** Whose it is. */
  userId: string;
  /** ISO 8601. */
  startTime: string;
  /** ISO 8601. */
  lastMessageTime: string;
  /** How many messages it has, of both roles. */
  messageCount: number;
}

/** Which part of a list a page is. */
export interface Pagination {
  /** How many there are in all. */
  total: number;
  /** From 1. */
  page: number;
  /** How many items a page has at most. */
  pageSize: number;
}

/** What `chat.send` resolves with. */
export interface ChatReply {
  /** The assistant's answer. */
  response: string;
  /** The whole current session, oldest first; only the two new messages with `return: 'minimal'`. */
  messages: Message[];
}

/** Figures over the caller's own chats. */
export interface ChatStats {
  /** Sessions that began today. */
  todayChats: number;
  /** Sessions in all. */
  totalChats: number;
  /** Mean time the assistant took, in milliseconds. */
  avgResponseTime: number;
  /** Share of the rated replies that were rated satisfied, in percent. */
  satisfactionRate: number;
}

/** Figures over the caller's own messages. */
export interface MessageStats {
  /** Messages of today, of both roles. */
  todayMessages: number;
  /** Messages in all, of both roles. */
  totalMessages: number;
  /** Mean number of messages in a session. */
  avgMessagesPerChat: number;
}
