import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, vi } from 'vitest';
import { itConforms, itLimitsBodiesWithoutToken } from './all-checks.js';
import { createMockHarness, mockUsers } from './mock-harness.js';

const baseUrl = 'https://chat.example.com/support';
const mock = createChatMock({ baseUrl, users: mockUsers });
const server = setupServer(...mock.handlers);
const harness = createMockHarness(mock, baseUrl);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
// The mock warns about failed replies, and some checks cause one.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
afterAll(() => server.close());

describe('the mock in Node', () => {
  itConforms(() => harness);
  itLimitsBodiesWithoutToken(() => harness);
});
