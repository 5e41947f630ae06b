// One short conversation. All examples in the documents use it.

export const sessionId = '01990c2e-7a10-7c3e-9d53-0f5f0a6f2b11';

export const question = {
  id: '01990c2e-7a1f-7b4a-8f2d-4a1f7c9e6d02',
  sessionId,
  role: 'user',
  content: 'Which tram goes to the harbour?',
  timestamp: '2026-03-01T09:30:00.000Z',
  status: 'delivered',
} as const;

export const reply = {
  id: '01990c2e-7d02-7e61-a4b8-93d25c0e1f47',
  sessionId,
  role: 'assistant',
  content: 'Line 7, every ten minutes.',
  timestamp: '2026-03-01T09:30:00.740Z',
  status: 'delivered',
  replyTo: question.id,
} as const;

/** The id that the client gave its frame. */
export const frameId = 'tram-1';

/** The same message from a backend without extensions. */
export function coreOnly({ role, content, timestamp }: typeof question | typeof reply) {
  return { role, content, timestamp };
}
