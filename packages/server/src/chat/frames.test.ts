import { describe, expect, it } from 'vitest';
import { messageFrame, typingFrame } from './frames.js';
import { presentMessage } from './present.js';
import type { MessageRecord } from './store.js';

const record: MessageRecord = {
  id: 'the "first"',
  userId: 'ada',
  seq: 2,
  sessionId: 'back\\slash',
  sessionSeq: 2,
  role: 'user',
  content: 'quotes ", a line\nend, \u2028, \u0001, 😀 and </script>',
  timestamp: 1_790_000_000_123,
  delivered: true,
};

describe('a message as a frame', () => {
  it('shows what an answer shows of it, whatever its text', () => {
    const data = presentMessage(record, 1);
    expect(JSON.parse(messageFrame(record, 1))).toStrictEqual({ type: 'message', data });
  });

  it('says what it answers, as an answer does', () => {
    const reply: MessageRecord = { ...record, role: 'assistant', replyTo: 'the "question"' };
    const data = presentMessage(reply, 1);
    expect(data.replyTo).toBe('the "question"');
    expect(JSON.parse(messageFrame(reply, 1))).toStrictEqual({ type: 'message', data });
  });

  it('carries back the id of the frame that it came from', () => {
    const data = { ...presentMessage(record, 2), clientId: 'my "id"' };
    expect(data.status).toBe('read');
    expect(JSON.parse(messageFrame(record, 2, 'my "id"'))).toEqual({ type: 'message', data });
  });
});

it('says that the assistant is typing, and in which session', () => {
  const { timestamp } = presentMessage(record, 0);
  const content = 'The assistant is typing.';
  const { sessionId } = record;
  expect(JSON.parse(typingFrame(record.timestamp, sessionId))).toEqual({
    type: 'status',
    data: { role: 'assistant', timestamp, event: 'typing', content, sessionId },
  });
});
