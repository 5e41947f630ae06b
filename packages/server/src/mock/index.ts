/**
 * The mock as a process, for tests in a browser or with several workers: {@link startMock} starts it, {@link connectMock}
 * controls it.
 *
 * @example
 * ```ts
 * import { ChatClient } from '@chat/client';
 * import { startMock } from '@chat/server/mock';
 *
 * const mock = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
 * await mock.reply({ template: 'You said {{message}}' });
 * const client = new ChatClient({ baseUrl: mock.url, credentials: { username: 'ada', password: 's3cret' } });
 * await mock.stop();
 * ```
 *
 * @module @chat/server/mock
 * @group Reference
 */

export {
  type ConnectedMock,
  type ConnectedSocket,
  connectMock,
  MockControlError,
  type MockNamespace,
  type MockNamespaceOptions,
} from './connect/connect-mock.js';
export { type StartedMock, type StartMockOptions, startMock } from './connect/start-mock.js';
export type * from './public-types.js';
