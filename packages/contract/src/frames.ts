import * as z from 'zod/mini';
import { MessageStatus } from './models.js';

/** A frame that a client sends; `id` (made by the client) is the acknowledgement extension. */
export const MessageFrame = z.object({
  type: z.literal('message'),
  content: z.string(),
  id: z.optional(z.string()),
});
export type MessageFrame = z.infer<typeof MessageFrame>;

/** Marks all messages up to `id` as read (extension). */
export const ReadFrame = z.object({ type: z.literal('read'), id: z.string() });
export type ReadFrame = z.infer<typeof ReadFrame>;

export type ClientFrame = MessageFrame | ReadFrame;

/** The machine's word in a status frame; a client ignores one that it does not know. */
export const statusEvents = [
  'connected',
  'heartbeat',
  'typing',
  'delta',
  'read',
  'rate_limited',
  'error',
] as const;
export type StatusEvent = (typeof statusEvents)[number];

export const FrameData = z.object({
  role: z.string(),
  content: z.string(),
  timestamp: z.string(),
  /** Of a message: its id. Of a delta: the message to come. Of a read: the last message read. Of a limit notice or error: the refused frame's own id. */
  id: z.optional(z.string()),
  sessionId: z.optional(z.string()),
  status: z.optional(MessageStatus),
  /** Of a reply: the id of the message that it answers. */
  replyTo: z.optional(z.string()),
  /** The `id` of the client's frame that became this message. */
  clientId: z.optional(z.string()),
  event: z.optional(z.string()),
  features: z.optional(z.array(z.string())),
  heartbeatMs: z.optional(z.number()),
  retryAfterMs: z.optional(z.number()),
});
export type FrameData = z.infer<typeof FrameData>;

export const ServerFrame = z.object({ type: z.enum(['message', 'status']), data: FrameData });
export type ServerFrame = z.infer<typeof ServerFrame>;
