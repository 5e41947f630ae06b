import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import { runChecks } from '../../packages/server/src/conformance/run.js';
import { createMockHarness, mockUsers } from './mock-harness.js';

const baseUrl = 'https://chat.example.com/support';
const mock = createChatMock({ baseUrl, users: mockUsers });
const server = setupServer(...mock.handlers);
const harness = createMockHarness(mock, baseUrl);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
// The mock tells of replies that failed, and some checks let one fail.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
afterAll(() => server.close());

describe('the mock in Node', () => {
  it.each(checks.map((check) => [check.id, check.says, check] as const))(
    '%s %s',
    async (_id, _says, check) => {
      for await (const result of runChecks([check], harness)) {
        if (result.outcome === 'skipped') {
          expect(Object.values(harness.cannot)).toContain(result.reason);
        } else {
          expect(result).toEqual({ check, outcome: 'passed' });
        }
      }
    },
    60_000,
  );
});
