import { expect, it } from 'vitest';
import { DeltaEvent } from './delta-event.js';

it('is serialized as the frame that local sockets receive', () => {
  const event = new DeltaEvent(1_790_000_000_123, {
    sessionId: 'session',
    id: 'message',
    offset: 7,
    content: 'Good mor',
  });
  const parsed = JSON.parse(JSON.stringify(event));
  expect(parsed).toEqual({
    kind: 'frame',
    streamOnly: true,
    delta: { id: 'message', offset: 7, length: 8 },
    frame: event.frame,
  });
  expect(JSON.parse(event.frame)).toMatchObject({
    type: 'status',
    data: {
      event: 'delta',
      id: 'message',
      sessionId: 'session',
      offset: 7,
      content: 'Good mor',
    },
  });
});
