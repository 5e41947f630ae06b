import { expect, expectTypeOf, test, vi } from 'vitest';
import type { SocketEvent, SocketMessage } from './events.js';
import type { SocketStateCause, SocketStateChange } from './state-change.js';
import type { OtherStatus, RateLimitedStatus, SocketStatus } from './status-events.js';
import { harness } from './testing/harness.js';

test('a state change is a union on `state`, and only `waiting` has a delay', () => {
  const describe = (change: SocketStateChange): string => {
    switch (change.state) {
      case 'connecting':
        expectTypeOf(change.retryInMs).toEqualTypeOf<undefined>();
        return `connecting after ${change.code}`;
      case 'open':
        expectTypeOf(change.code).toEqualTypeOf<undefined>();
        expectTypeOf(change.error).toEqualTypeOf<undefined>();
        return 'open';
      case 'waiting':
        expectTypeOf(change.retryInMs).toEqualTypeOf<number>();
        return `waiting ${change.retryInMs} ms`;
      // @ts-expect-error a misspelled state
      case 'close':
        return 'never';
      default:
        expectTypeOf(change.state).toEqualTypeOf<'closed'>();
        expectTypeOf(change).toExtend<SocketStateCause>();
        return `closed: ${change.reason}`;
    }
  };
  expect(describe({ state: 'waiting', retryInMs: 500, code: 1006, reason: '' })).toBe(
    'waiting 500 ms',
  );
  // @ts-expect-error `waiting` always has a delay
  const incomplete: SocketStateChange = { state: 'waiting', code: 1006 };
  expect(describe(incomplete)).toContain('waiting');
});

test('a state change can be destructured', () => {
  const seconds = ({ state, retryInMs }: SocketStateChange): number => {
    expectTypeOf(retryInMs).toEqualTypeOf<number | undefined>();
    return state === 'waiting' ? retryInMs / 1000 : 0;
  };
  expect(seconds({ state: 'waiting', retryInMs: 500 })).toBe(0.5);
});

test('a status is a union on `event`, and only `rate_limited` has a duration', () => {
  const pauseMs = (status: SocketStatus): number => {
    // @ts-expect-error not every status has a duration
    void status.retryAfterMs;
    // @ts-expect-error a misspelled event
    if (status.event === 'rate_limit') return -1;
    if (status.event === undefined) expectTypeOf(status).toEqualTypeOf<OtherStatus>();
    if (status.event !== 'rate_limited') return 0;
    expectTypeOf(status).toEqualTypeOf<RateLimitedStatus>();
    return status.retryAfterMs ?? 0;
  };
  const fields = { role: 'system', content: 'Too many messages.', timestamp: '' };
  expect(pauseMs({ ...fields, event: 'rate_limited', retryAfterMs: 7 })).toBe(7);
  expect(pauseMs(fields)).toBe(0);
});

test('an iterated event is a union on `type`', () => {
  const contentOf = ({ type, data }: SocketEvent): string => {
    if (type === 'message') expectTypeOf(data).toEqualTypeOf<SocketMessage>();
    return data.content;
  };
  const data: SocketMessage = { role: 'user', content: 'Hi', timestamp: '' };
  expect(contentOf({ type: 'message', data })).toBe('Hi');
});

test('rejects the name of an event that does not exist', () => {
  const { socket } = harness();
  // @ts-expect-error a misspelled event name
  expect(() => socket.on('messages', () => {})).toThrow(
    expect.objectContaining({ code: 'invalid_option', option: 'event' }),
  );
});

test('reports an invalid frame and ignores it', async () => {
  const { socket, greet, last, messages } = harness();
  const errors: unknown[] = [];
  socket.on('error', (error) => errors.push(error));
  await greet();
  last().receive({ type: 'message', data: { role: 'user', content: 7, timestamp: 'now' } });
  last().receiveRaw('not JSON');
  expect(errors).toMatchObject([
    { code: 'invalid_response', path: 'data.content' },
    { code: 'invalid_response', path: '' },
  ]);
  expect(messages).toEqual([]);
  expect(socket.state).toBe('open');
});

test('reports a failed connection attempt and a lost connection, and recovers', async () => {
  const { socket, greet, last, settle, states } = harness();
  const errors: unknown[] = [];
  socket.on('error', (error) => errors.push(error));
  await settle();
  last().fail();
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  last().drop(1012, 'Restart.');
  expect(errors).toMatchObject([
    { code: 'connection_failed' },
    { code: 'socket_closed', closeCode: 1012, reason: 'Restart.' },
  ]);
  await vi.advanceTimersByTimeAsync(500);
  await greet();
  expect(states.at(-1)).toEqual({ state: 'open' });
});

test('throws nothing when no listener for errors exists', async () => {
  const { socket, greet, last } = harness();
  await greet();
  last().receiveRaw('not JSON');
  last().drop(1006);
  expect(socket.state).toBe('waiting');
});

test('the reason of "too many connections" is in words, also if the backend gives none', async () => {
  const { greet, last, states } = harness();
  await greet();
  last().drop(4429);
  expect(states.at(-1)).toMatchObject({
    state: 'waiting',
    code: 4429,
    reason: 'Too many tabs or devices are connected.',
  });
});
