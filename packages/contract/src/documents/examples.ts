import type { Message } from '../models.js';

// One small conversation that all examples of the documents come from, so that they fit each other.

export const sessionId = '01990c2e-7a10-7c3e-9d53-0f5f0a6f2b11';

export const question: Message = {
  id: '01990c2e-7a1f-7b4a-8f2d-4a1f7c9e6d02',
  sessionId,
  role: 'user',
  content: 'Which tram goes to the harbour?',
  timestamp: '2026-03-01T09:30:00.000Z',
  status: 'delivered',
};

export const answer: Message = {
  id: '01990c2e-7d02-7e61-a4b8-93d25c0e1f47',
  sessionId,
  role: 'assistant',
  content: 'Line 7, every ten minutes.',
  timestamp: '2026-03-01T09:30:00.740Z',
  status: 'delivered',
  replyTo: question.id,
};

/** The same message as a backend that knows only the core says it. */
export function coreOnly({ role, content, timestamp }: Message): Message {
  return { role, content, timestamp };
}
