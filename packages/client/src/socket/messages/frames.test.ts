import { ServerFrameSchema } from '@chat/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFrame } from './frames.js';

function parsed(text: string, validate: boolean) {
  try {
    return parseFrame(text, validate);
  } catch {
    return undefined;
  }
}

const field = (valid: fc.Arbitrary<unknown>) =>
  fc.oneof(
    { weight: 30, arbitrary: valid },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
const text = field(fc.string());

const frames = fc.record(
  {
    type: field(fc.constantFrom('message', 'status')),
    data: field(
      fc.record(
        {
          role: field(fc.constantFrom('user', 'assistant', 'system', 'tool')),
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

/** Except that the status of a message may be any text. */
function fitsContract(value: unknown): boolean {
  const { data } = Object(value) as { data?: { status?: unknown } };
  const known = typeof data?.status === 'string' ? { ...data, status: 'sent' } : data;
  return ServerFrameSchema.safeParse({ ...Object(value), data: known }).success;
}

test('accepts exactly the frames of the contract, and keeps them unchanged', () => {
  const seen = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(fc.oneof({ weight: 9, arbitrary: frames }, fc.jsonValue()), (value) => {
      const sent = JSON.stringify(value);
      const frame = parsed(sent, true);
      const valid = fitsContract(JSON.parse(sent));
      seen[valid ? 'valid' : 'invalid'] += 1;
      expect(frame).toEqual(valid ? JSON.parse(sent) : undefined);
    }),
    { numRuns: 3000 },
  );
  expect(seen.valid).toBeGreaterThan(300);
  expect(seen.invalid).toBeGreaterThan(300);
});

test('without validation, accepts only what has the shape of a frame', () => {
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
