import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { ChatMockOptions } from '../../../mock/backend/options.js';
import { createChatMock } from '../create-chat-mock.js';
import { createCaller } from './caller.js';

export const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };

/** Sets up a mock for one test file, as a user of the package does. */
export function mockInNode(options: Partial<ChatMockOptions> = {}) {
  const baseUrl = options.baseUrl ?? 'https://chat.example.com';
  const mock = createChatMock({ baseUrl, users: [ada, bob], ...options });
  const server = setupServer(...mock.handlers);
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
  beforeEach(() => mock.reset());
  afterAll(() => server.close());
  return { mock, server, ...createCaller(baseUrl) };
}
