import type { Harness } from '@chat/conformance';
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { WebSocket } from 'ws';
import { MockServer } from '../../packages/server/src/mock/process/mock-server.js';
import { itConforms, itLimitsBodiesWithoutToken } from './all-checks.js';
import { createMockHarness, mockServerMissingCapabilities, mockUsers } from './mock-harness.js';

const server = new MockServer({
  users: mockUsers,
  allowedOrigins: [],
  control: false,
  controlRemote: false,
});
let harness: Harness;

beforeAll(async () => {
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  harness = {
    ...createMockHarness(server.mock.controls, url),
    openSocket: (target, { origin } = {}) =>
      new WebSocket(target, {
        perMessageDeflate: false,
        ...(origin !== undefined && { origin }),
      }) as never,
    missingCapabilities: mockServerMissingCapabilities,
  };
});
// The mock warns about failed replies, and some checks cause one.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
afterAll(() => server.close());

describe('the mock over TCP', () => {
  itConforms(() => harness);
  itLimitsBodiesWithoutToken(() => harness);
});
