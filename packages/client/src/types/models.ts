// Written out and not inferred from the contract's schemas, so that no public type names zod; a test
// holds them equal.

/** One message of a conversation. `id`, `sessionId` and `status` come from backends that know them. */
export interface Message {
  role: 'user' | 'assistant';
  content: string;
  /** ISO 8601. */
  timestamp: string;
  id?: string | undefined;
  sessionId?: string | undefined;
  status?: 'sent' | 'delivered' | 'read' | undefined;
}

/** A conversation: it ends with a logout, or after a long silence. */
export interface ChatSession {
  id: string;
  userId: string;
  /** ISO 8601. */
  startTime: string;
  /** ISO 8601. */
  lastMessageTime: string;
  messageCount: number;
}

/** Which part of a list a page is. */
export interface Pagination {
  /** How many there are in all. */
  total: number;
  /** From 1. */
  page: number;
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
  todayChats: number;
  totalChats: number;
  /** Mean time the assistant took, in milliseconds. */
  avgResponseTime: number;
  /** Share of the rated replies that were rated satisfied, in percent. */
  satisfactionRate: number;
}

/** Figures over the caller's own messages. */
export interface MessageStats {
  todayMessages: number;
  totalMessages: number;
  avgMessagesPerChat: number;
}
