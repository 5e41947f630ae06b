import type { HttpHandler, WebSocketHandler } from 'msw';
import { createMockControls, type MockControls } from '../../mock/backend/mock-controls.js';
import type { ChatMockOptions } from '../../mock/backend/options.js';
import { validateMockOptions } from '../../mock/backend/validate-options.js';
import { createHttpHandler } from './http-handler.js';
import { provideWebSocket } from './provide-web-socket.js';
import { createSocketHandler } from './socket-handler.js';

// On import and not in createChatMock(): MSW may already listen when a test creates a mock.
provideWebSocket();

/**
 * A mock of the chat API: its MSW handlers, and the methods that control it in a test.
 *
 * @example
 * ```ts
 * import type { ChatMock } from '@chat/server/msw';
 *
 * // The first step of several tests.
 * async function talk(mock: ChatMock, said: string[]): Promise<void> {
 *   for (const content of said) await mock.push('ada', content);
 * }
 * await talk(mock, ['Good morning.', 'Are you there?']);
 * ```
 */
export interface ChatMock extends MockControls {
  /** For `setupServer(...mock.handlers)` or `setupWorker(...mock.handlers)`: HTTP and WebSocket. */
  readonly handlers: readonly [HttpHandler, WebSocketHandler];
}

/**
 * The behaviour of the server as MSW handlers: the same tokens, limits, sessions, pages and close codes, in memory, with a
 * clock that only `advance` moves.
 *
 * @throws TypeError when an option is unknown or invalid, such as a `baseUrl` that is not an http or https URL.
 * @example
 * ```ts
 * import { setupServer } from 'msw/node';
 * import { createChatMock } from '@chat/server/msw';
 *
 * const mock = createChatMock({
 *   baseUrl: 'https://chat.example.com',
 *   users: [{ username: 'ada', password: 's3cret' }],
 * });
 * const server = setupServer(...mock.handlers);
 * server.listen();
 * mock.reply((message) => `You said ${message}`);
 * ```
 */
export function createChatMock(options: ChatMockOptions): ChatMock {
  const { baseUrl, setup } = validateMockOptions(options);
  assertWebCrypto();
  const { controls, currentBackend } = createMockControls({ ...setup, allowedOrigins: ['*'] });
  const handlers = [
    createHttpHandler(baseUrl, currentBackend),
    createSocketHandler(baseUrl, currentBackend),
  ] as const;
  // Not copied: `requests` is a getter.
  return Object.assign(controls, { handlers });
}

/** Without it every login would fail with a TypeError. */
function assertWebCrypto(): void {
  if (globalThis.crypto?.subtle !== undefined) return;
  throw new Error(
    'The mock needs WebCrypto, and this environment has no "crypto.subtle". Pages have it on https: and on localhost; for Jest with jsdom, see the guide "Testing with MSW".',
  );
}
