import { afterAll, beforeAll, describe } from 'vitest';
import { WebSocket } from 'ws';
import { createBackend } from '../../examples/own-backend/src/backend.js';
import { defaultLimits } from '../../packages/server/src/chat/limits.js';
import { createManualClock } from '../../packages/server/src/chat/manual-clock.js';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { itKeeps } from './all-checks.js';
import { createControlledReply } from './controlled-reply.js';

// Only what it says itself is replaced: the time and the assistant. Lines and frames are real.
const clock = createManualClock(Date.now());
const control = createControlledReply();
const fresh = { username: 'fresh', password: 'fresh' };
const users = { ada: 's3cret', bob: 'hunter2', [fresh.username]: fresh.password };
const backend = createBackend({ users, now: clock.now, reply: control.reply });
const freshUsers = [fresh];

const cannot: Harness['cannot'] = {
  drain: 'it has no answers under way to wait for: it stops at once',
  'silent-client': 'it sends no pings: its README says what to add before it is run for real',
  'slow-reader': 'it does not count what waits for a reader: its README says so',
};

let harness: Harness;
beforeAll(async () => {
  harness = {
    baseUrl: await backend.listen(),
    user: { username: 'ada', password: users.ada },
    secondUser: { username: 'bob', password: users.bob },
    freshUser: async () => freshUsers.pop() ?? Promise.reject(new Error('No fresh user is left.')),
    fetch: globalThis.fetch,
    dial: (url, { origin } = {}) =>
      new WebSocket(url, origin === undefined ? {} : { origin }) as never,
    wait: async (ms) => clock.advance(ms),
    limits: defaultLimits,
    patienceMs: 5_000,
    cannot,
    failAssistant: control.fail,
    holdAssistant: control.hold,
  };
});
afterAll(() => backend.crash());

const core = checks.filter(({ layer }) => layer === 'core');

describe('the core-only backend', () => {
  // The one user who never wrote is needed where ratings would be, and there are none in the core.
  const asAda = () => ({ ...harness, freshUser: async () => harness.user });
  itKeeps(({ id }) => (id === 'STAT-4' ? asAda() : harness), core);
});
