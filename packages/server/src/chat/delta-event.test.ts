import { expect, it } from 'vitest';
import { DeltaEvent } from './delta-event.js';

it('reaches other instances as the frame that sockets here are sent', () => {
  const event = new DeltaEvent(1_790_000_000_123, 'session', 'message', 'Good mor');
  const told = JSON.parse(JSON.stringify(event));
  expect(told).toEqual({ kind: 'frame', streamOnly: true, frame: event.frame });
  expect(JSON.parse(event.frame)).toMatchObject({
    type: 'status',
    data: { event: 'delta', id: 'message', sessionId: 'session', content: 'Good mor' },
  });
});
