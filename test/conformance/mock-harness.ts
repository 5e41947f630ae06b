import type { ChatMock } from '@chat/server/msw';
import { defaultLimits } from '../../packages/server/src/chat/limits.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { createControlledReply } from './controlled-reply.js';

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };
export const mockUsers = [ada, bob, ...Array.from({ length: 4 }, (_, i) => fresh(i))];

function fresh(i: number) {
  return { username: `fresh-${i}`, password: 'fresh' };
}

/** What cannot be shown on the mock, wherever it runs, and why. */
export const mockCannot: Harness['cannot'] = {
  origin: 'MSW shows no Origin header of a WebSocket',
  drain: 'a mock does not stop: closeSockets({ code: 1012 }) shows a client what it would see',
  'silent-client': 'there are no pings between a mock and a page',
  'slow-reader': 'nothing waits on a line: a mock has none',
};

/** The mock, with the global `fetch` and `WebSocket` that MSW intercepts: in Node and in a page. */
export function createMockHarness(mock: ChatMock, baseUrl: string): Harness {
  let users = 0;
  const control = createControlledReply();
  mock.reply(async function* (message) {
    const reply = await control.reply(message);
    yield* reply.match(/^\s*\S+\s*|\S+\s*/g) ?? [reply];
  });

  return {
    baseUrl,
    user: ada,
    secondUser: bob,
    fetch: (input, init) => globalThis.fetch(input, init),
    dial: (url) => {
      const socket = new globalThis.WebSocket(url);
      return socket as never;
    },
    async wait(ms) {
      for (let left = ms; left > 0; left -= 10_000) {
        mock.advance(Math.min(10_000, left));
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    },
    limits: defaultLimits,
    patienceMs: 5_000,
    cannot: mockCannot,
    freshUser: async () => fresh(users++),
    failAssistant: control.fail,
    holdAssistant: control.hold,
  };
}
