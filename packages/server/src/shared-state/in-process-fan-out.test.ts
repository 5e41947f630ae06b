import { expect, it } from 'vitest';
import type { FanOutEvent } from '../chat/ports.js';
import { createInProcessFanOut } from './in-process-fan-out.js';

const silent = { error: () => {} };
const frame = (text: string): FanOutEvent => ({ kind: 'frame', frame: text });

function heard(fanOut: ReturnType<typeof createInProcessFanOut>) {
  const seen: string[] = [];
  const stop = fanOut.subscribe((userId, event) => {
    const what = { ...event };
    seen.push(`${userId} ${'frame' in what ? what.frame : 'jti' in what ? what.jti : what.kind}`);
  });
  return { seen, stop };
}

it('tells every listener everything, until it stops listening', () => {
  const fanOut = createInProcessFanOut(silent);
  const [one, two] = [heard(fanOut), heard(fanOut)];
  fanOut.publish('ada', frame('a'));
  one.stop();
  fanOut.publish('bob', { kind: 'revoked', jti: 'j' });
  expect(one.seen).toEqual(['ada a']);
  expect(two.seen).toEqual(['ada a', 'bob j']);
});

it('keeps one order for all when a listener publishes', () => {
  const fanOut = createInProcessFanOut(silent);
  fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame' && event.frame === 'a') fanOut.publish(userId, frame('b'));
  });
  const last = heard(fanOut);
  fanOut.publish('ada', frame('a'));
  expect(last.seen).toEqual(['ada a', 'ada b']);
});

it('lets no listener’s fault harm the others', () => {
  const errors: object[] = [];
  const fanOut = createInProcessFanOut({ error: (fields) => errors.push(fields) });
  fanOut.subscribe(() => {
    throw new Error('broken');
  });
  const other = heard(fanOut);
  fanOut.publish('ada', frame('a'));
  fanOut.publish('ada', frame('b'));
  expect(other.seen).toEqual(['ada a', 'ada b']);
  expect(errors).toHaveLength(2);
});
