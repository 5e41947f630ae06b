// The types of the mock and of MSW fit each other.
import { createChatMock } from '@chat/server/msw';
import { setupWorker } from 'msw/browser';
import { setupServer } from 'msw/node';

const mock = createChatMock({
  baseUrl: 'https://chat.example.com',
  users: [{ username: 'ada', password: 's3cret' }],
});
export const server = setupServer(...mock.handlers);
export const worker = setupWorker(...mock.handlers);
server.use(...mock.handlers);
mock.fail('sendMessage', { status: 500, times: 1 });
// @ts-expect-error a misspelt route
mock.fail('sendMesage', { status: 500 });
