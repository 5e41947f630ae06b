import { checks, type Harness } from '@chat/conformance';
import { afterAll, beforeAll, describe } from 'vitest';
import { WebSocket } from 'ws';
import { createBackend } from '../../examples/own-backend/src/backend.js';
import { defaultLimits } from '../../packages/server/src/domain/limits.js';
import { createManualClock } from '../../packages/server/src/domain/runtime/manual-clock.js';
import { itConforms } from './all-checks.js';
import { createControlledReply } from './controlled-reply.js';

// The clock and the assistant are replaced; connections and frames are real.
const clock = createManualClock(Date.now());
const control = createControlledReply();
const fresh = { username: 'fresh', password: 'fresh' };
const users = { ada: 's3cret', bob: 'hunter2', [fresh.username]: fresh.password };
const { now } = clock;
const backend = createBackend({ users, now, reply: control.reply, extensions: false });
const freshUsers = [fresh];

const missingCapabilities: Harness['missingCapabilities'] = {
  drain: 'it stops at once, without waiting for responses in progress',
  'silent-client': 'it sends no pings; its README says what to add for production',
  'short-sessions': 'it does not limit the size of a session',
  'slow-reader': 'it does not limit its send buffer; its README says so',
};

let harness: Harness;
beforeAll(async () => {
  harness = {
    baseUrl: await backend.listen(),
    user: { username: 'ada', password: users.ada },
    secondUser: { username: 'bob', password: users.bob },
    freshUser: async () =>
      freshUsers.pop() ?? Promise.reject(new Error('There are no more new users.')),
    fetch: globalThis.fetch,
    openSocket: (url, { origin } = {}) =>
      new WebSocket(url, origin === undefined ? {} : { origin }) as never,
    wait: async (ms) => clock.advance(ms),
    limits: defaultLimits,
    timeoutMs: 30_000,
    missingCapabilities,
    failAssistant: control.fail,
    holdAssistant: control.hold,
  };
});
afterAll(() => backend.crash());

const core = checks.filter(({ layer }) => layer === 'core');

describe('the core-only backend', () => {
  // STAT-4 needs a new user because of ratings, which the core does not have; it must not consume the only one.
  const asAda = () => ({ ...harness, freshUser: async () => harness.user });
  itConforms(({ id }) => (id === 'STAT-4' ? asAda() : harness), core);
});
