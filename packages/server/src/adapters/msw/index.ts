/**
 * The chat API as [MSW](https://mswjs.io) handlers, for tests and pages without a server: {@link createChatMock}.
 *
 * @example
 * ```ts
 * import { createChatMock } from '@chat/server/msw';
 * import { setupServer } from 'msw/node';
 *
 * const mock = createChatMock({
 *   baseUrl: 'https://chat.example.com',
 *   users: [{ username: 'ada', password: 's3cret' }],
 * });
 * const server = setupServer(...mock.handlers);
 * server.listen();
 * ```
 *
 * @module @chat/server/msw
 * @group Reference
 */

export type { AssistantMessage } from '../../domain/ports/index.js';
export type { MockControls } from '../../mock/backend/mock-controls.js';
export type { MockSocket } from '../../mock/backend/mock-sockets.js';
export type { ChatMockOptions, MockReply, MockReplyContext } from '../../mock/backend/options.js';
export type * from '../../mock/public-types.js';
export { type ChatMock, createChatMock } from './create-chat-mock.js';
