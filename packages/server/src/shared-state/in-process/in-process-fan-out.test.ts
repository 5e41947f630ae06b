import { expect, it } from 'vitest';
import type { FanOutEvent } from '../../domain/ports/index.js';
import { createInProcessFanOut } from './in-process-fan-out.js';

const silent = { error: () => {} };
const frame = (text: string): FanOutEvent => ({ kind: 'frame', frame: text });

function recordEvents(fanOut: ReturnType<typeof createInProcessFanOut>) {
  const seen: string[] = [];
  const stop = fanOut.subscribe((userId, event) => {
    const what = { ...event };
    seen.push(`${userId} ${'frame' in what ? what.frame : 'jti' in what ? what.jti : what.kind}`);
  });
  return { seen, stop };
}

it('delivers every event to every listener until it unsubscribes', () => {
  const fanOut = createInProcessFanOut(silent);
  const [one, two] = [recordEvents(fanOut), recordEvents(fanOut)];
  fanOut.publish('ada', frame('a'));
  one.stop();
  fanOut.publish('bob', { kind: 'revoked', jti: 'j' });
  expect(one.seen).toEqual(['ada a']);
  expect(two.seen).toEqual(['ada a', 'bob j']);
});

it('keeps one order for all listeners when one of them publishes', () => {
  const fanOut = createInProcessFanOut(silent);
  fanOut.subscribe((userId, event) => {
    if (event.kind === 'frame' && event.frame === 'a') fanOut.publish(userId, frame('b'));
  });
  const last = recordEvents(fanOut);
  fanOut.publish('ada', frame('a'));
  expect(last.seen).toEqual(['ada a', 'ada b']);
});

it('delivers to the other listeners when one throws', () => {
  const errors: object[] = [];
  const fanOut = createInProcessFanOut({ error: (fields) => errors.push(fields) });
  fanOut.subscribe(() => {
    throw new Error('broken');
  });
  const other = recordEvents(fanOut);
  fanOut.publish('ada', frame('a'));
  fanOut.publish('ada', frame('b'));
  expect(other.seen).toEqual(['ada a', 'ada b']);
  expect(errors).toHaveLength(2);
});
