import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { SocketDelta } from '../status-events.js';
import { frame, harness, message, status } from '../testing/harness.js';

const text = 'The ferry leaves at nine 👋.';
const delta = (begin: number, end?: number, id = 'r1') =>
  status({ event: 'delta', content: text.slice(begin, end), offset: begin, id });

function connect() {
  const setup = harness({ stream: true });
  const deltas: SocketDelta[] = [];
  setup.socket.on('delta', (each) => deltas.push(each));
  const joined = () => deltas.map(({ content }) => content).join('');
  return { ...setup, deltas, joined };
}

test('a socket that connects during a reply receives the text so far', async () => {
  const { greet, last, deltas, joined } = connect();
  await greet();
  last().receive(delta(0, 9));
  last().receive(delta(9));
  expect(joined()).toBe(text);
  expect(deltas).toMatchObject([
    { id: 'r1', offset: 0 },
    { id: 'r1', offset: 9 },
  ]);
});

test('a delta after a hole waits for the text so far', async () => {
  const { greet, last, deltas, joined } = connect();
  await greet();
  last().receive(delta(4, 9));
  expect(deltas).toEqual([]);
  last().receive(delta(0, 12));
  last().receive(delta(9, 14));
  expect(joined()).toBe(text.slice(0, 14));
});

test('a reply continues after a reconnect without a part twice', async () => {
  const { greet, last, joined, deltas, settle } = connect();
  await greet();
  last().receive(delta(0, 9));
  last().drop(1012);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().receive(delta(0, 12));
  last().receive(delta(12));
  await settle();
  expect(joined()).toBe(text);
  expect(deltas.map(({ offset }) => offset)).toEqual([0, 9, 12]);
});

test('deltas of the next reply start at offset 0', async () => {
  const { greet, last, deltas } = connect();
  await greet();
  last().receive(delta(0, 9));
  last().receive(frame(message('assistant', text, { id: 'r1' })));
  last().receive(delta(9));
  last().receive(delta(0, 4, 'r2'));
  expect(deltas.map(({ id, offset }) => [id, offset])).toEqual([
    ['r1', 0],
    ['r2', 0],
  ]);
});

test('deltas without an offset are delivered as they are', async () => {
  const { greet, last, deltas } = connect();
  await greet();
  for (const content of ['Good ', 'Good ', 'morning.']) {
    last().receive(status({ event: 'delta', content, id: 'r1' }));
  }
  expect(deltas.map(({ content }) => content)).toEqual(['Good ', 'Good ', 'morning.']);
  expect(deltas[0]).not.toHaveProperty('offset');
});

const part = fc.tuple(fc.nat(text.length), fc.nat(text.length));

test('the joined deltas are always a prefix of the reply, whatever is repeated, lost or reordered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 30 }), fc.nat(5), async (parts, reconnectAt) => {
      const { greet, last, joined, socket } = connect();
      await greet();
      for (const [index, [begin, end]] of parts.entries()) {
        if (index === reconnectAt) {
          last().drop(1012);
          await vi.advanceTimersByTimeAsync(500);
          await greet();
        }
        last().receive(delta(begin, end));
        expect(text.startsWith(joined())).toBe(true);
      }
      last().receive(delta(0));
      expect(joined()).toBe(text);
      socket.close();
    }),
    { numRuns: 50, seed: 1 },
  );
});
