// The tests of a user: the packed mock must compile together with MSW, in Node and in a page.
import { type ChatMock, createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { setupServer } from 'msw/node';

export const mock: ChatMock = createChatMock({
  baseUrl: 'https://chat.example.com',
  users: [{ username: 'ada', password: 's3cret' }],
});
export const server = setupServer(...mock.handlers);
export const worker = setupWorker(...mock.handlers);

export function disturb(): void {
  server.use(...mock.handlers);
  mock.fail('sendMessage', { status: 500, times: 1 });
  // @ts-expect-error There is no such route.
  mock.fail('sendMesage', { status: 500 });
}
