import type { Harness } from '@chat/conformance';
import type { MockControls } from '@chat/server/msw';
import { defaultLimits } from '../../packages/server/src/domain/limits.js';
import { createControlledReply } from './controlled-reply.js';

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };
export const mockUsers = [ada, bob, ...Array.from({ length: 4 }, (_, i) => freshUser(i))];

function freshUser(i: number) {
  return { username: `fresh-${i}`, password: 'fresh' };
}

/** What the mock cannot do, in Node and in a browser, each with the reason. */
export const mockMissingCapabilities: Harness['missingCapabilities'] = {
  origin: 'MSW does not provide the Origin header of a WebSocket',
  drain: 'a mock does not stop; closeSockets({ code: 1012 }) simulates it',
  'silent-client': 'there are no pings between a mock and a page',
  'short-sessions': 'its sessions are long; short ones have a test of their own',
  'slow-reader': 'a mock has no send buffer',
};

/** What the mock cannot do over TCP. */
export const mockServerMissingCapabilities: Harness['missingCapabilities'] = {
  drain: 'a mock does not drain; closeSockets({ code: 1012 }) simulates it',
  'silent-client': 'it sends no pings while its clock stands still',
  'short-sessions': 'its sessions are long; short ones have a test of their own',
  'slow-reader': 'it needs a higher rate limit than the default',
};

/** The mock with the global `fetch` and `WebSocket`: those that MSW intercepts in Node and in a page, or real ones. */
export function createMockHarness(mock: MockControls, baseUrl: string): Harness {
  let users = 0;
  const control = createControlledReply();
  mock.reply((message) => control.words(message));

  return {
    baseUrl,
    user: ada,
    secondUser: bob,
    fetch: (input, init) => globalThis.fetch(input, init),
    openSocket: (url) => {
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
    timeoutMs: 30_000,
    missingCapabilities: mockMissingCapabilities,
    freshUser: async () => freshUser(users++),
    failAssistant: control.fail,
    holdAssistant: control.hold,
  };
}
