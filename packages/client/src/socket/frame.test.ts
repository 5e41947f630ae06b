import { ServerFrame } from '@chat/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFrame } from './frame.js';

function parsed(text: string, validate: boolean) {
  try {
    return parseFrame(text, validate);
  } catch {
    return undefined;
  }
}

const field = (right: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 30, arbitrary: right },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
const text = field(fc.string());

const frames = fc.record(
  {
    type: field(fc.constantFrom('message', 'status')),
    data: field(
      fc.record(
        {
          role: field(fc.constantFrom('user', 'assistant', 'system')),
          content: text,
          timestamp: text,
          id: text,
          sessionId: text,
          status: field(fc.constantFrom('sent', 'delivered', 'read')),
          clientId: text,
          event: text,
          features: field(fc.array(text)),
          heartbeatMs: field(fc.integer()),
          retryAfterMs: field(fc.integer()),
          constructor: text,
        },
        { requiredKeys: ['role', 'content', 'timestamp'] },
      ),
    ),
  },
  { requiredKeys: ['type', 'data'] },
);

function fitsContract(value: unknown): boolean {
  const { success, data } = ServerFrame.safeParse(value);
  return success && (data.type === 'status' || ['user', 'assistant'].includes(data.data.role));
}

test('accepts exactly the frames that fit the contract, as they are', () => {
  const seen = { good: 0, bad: 0 };
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: frames }, fc.jsonValue()), (value) => {
      const sent = JSON.stringify(value);
      const frame = parsed(sent, true);
      const good = fitsContract(JSON.parse(sent));
      seen[good ? 'good' : 'bad'] += 1;
      expect(frame).toEqual(good ? JSON.parse(sent) : undefined);
    }),
    { numRuns: 3000 },
  );
  expect(seen.good).toBeGreaterThan(300);
  expect(seen.bad).toBeGreaterThan(300);
});

test('without validation lets through what it can work with, and nothing else', () => {
  const data = { role: 'user', content: 'Hi', timestamp: 5, id: null };
  expect(parsed(JSON.stringify({ type: 'message', data }), false)).toEqual({
    type: 'message',
    data,
  });
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (sent) => {
      expect(parsed(sent, false)).toBeUndefined();
    }),
  );
});
