import { describe, expect, it } from 'vitest';
import type { MessageRecord } from '../ports/store.js';
import { messageFrame, typingFrame } from './frames.js';
import { serializeMessage } from './serialize.js';

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

describe('the frame of a message', () => {
  it('has the same data as a response, for any text', () => {
    const data = serializeMessage(record, 1);
    expect(JSON.parse(messageFrame(record, 1))).toStrictEqual({ type: 'message', data });
  });

  it('contains replyTo like a response', () => {
    const reply: MessageRecord = { ...record, role: 'assistant', replyTo: 'the "question"' };
    const data = serializeMessage(reply, 1);
    expect(data.replyTo).toBe('the "question"');
    expect(JSON.parse(messageFrame(reply, 1))).toStrictEqual({ type: 'message', data });
  });

  it('contains the reason of an incomplete reply like a response', () => {
    const reply: MessageRecord = { ...record, role: 'assistant', truncated: 'length' };
    const data = serializeMessage(reply, 1);
    expect(data.truncated).toBe('length');
    expect(JSON.parse(messageFrame(reply, 1))).toStrictEqual({ type: 'message', data });
  });

  it('contains the mark of a stopped reply like a response', () => {
    const reply: MessageRecord = { ...record, role: 'assistant', stopped: true };
    const data = serializeMessage(reply, 1);
    expect(data.stopped).toBe(true);
    expect(JSON.parse(messageFrame(reply, 1))).toStrictEqual({ type: 'message', data });
  });

  it("returns the id of the client's frame", () => {
    const data = { ...serializeMessage(record, 2), clientId: 'my "id"' };
    expect(data.status).toBe('read');
    expect(JSON.parse(messageFrame(record, 2, 'my "id"'))).toEqual({ type: 'message', data });
  });
});

it('creates a typing frame with the question and its session', () => {
  const { timestamp } = serializeMessage(record, 0);
  const content = 'The assistant is typing.';
  const { id: replyTo, sessionId } = record;
  expect(JSON.parse(typingFrame(record.timestamp, record))).toEqual({
    type: 'status',
    data: { role: 'assistant', timestamp, event: 'typing', content, sessionId, replyTo },
  });
});
