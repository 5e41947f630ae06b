import { expect, expectTypeOf, it } from 'vitest';
import { createChatMock } from './create-chat-mock.js';
import type { MockReply } from './index.js';
import { ada } from './testing/mock-in-node.js';

// Held by tsc, which is a step of `npm run check`: an expected error that does not come is an error.

const mock = createChatMock({ baseUrl: 'https://chat.example.com', users: [ada] });

it('takes no route, fault or option that does not exist', () => {
  const misuses = [
    // @ts-expect-error a misspelt route
    () => mock.fail('sendMesage', { status: 500 }),
    // @ts-expect-error a misspelt route
    () => mock.rateLimit('sendMesage', { retryAfter: 1 }),
    // @ts-expect-error a fault that is none
    () => mock.fail('login', {}),
    // @ts-expect-error a fault that is none
    () => mock.fail('login', { times: 1 }),
    // @ts-expect-error a misspelt field
    () => mock.fail('login', { status: 500, time: 1 }),
    // @ts-expect-error a status that is no number
    () => mock.fail('login', { status: '500' }),
    // @ts-expect-error a network that is fine
    () => mock.fail('login', { network: false }),
    // @ts-expect-error a limit without its wait
    () => mock.rateLimit('login', { times: 1 }),
    // @ts-expect-error a reply that is no text
    () => mock.reply(() => 42),
    // @ts-expect-error nobody to push to
    () => mock.push('Hello'),
    // @ts-expect-error a limit that does not exist
    () => createChatMock({ baseUrl: 'https://a.test', users: [], limits: { sends: 1 } }),
    // @ts-expect-error no users
    () => createChatMock({ baseUrl: 'https://a.test' }),
    // @ts-expect-error a list that belongs to the mock
    () => mock.requests.push(),
  ];
  expect(misuses).toHaveLength(13);
});

it('gives what a test asserts on', () => {
  expectTypeOf(mock.requests[0]?.route).toEqualTypeOf<
    | 'login'
    | 'logout'
    | 'sendMessage'
    | 'history'
    | 'sessions'
    | 'feedback'
    | 'chatStats'
    | 'messageStats'
    | undefined
  >();
  expectTypeOf(mock.requests[0]?.status).toEqualTypeOf<number | 'network error' | undefined>();
  expectTypeOf(mock.messages('ada')[0]?.status).toEqualTypeOf<
    'sent' | 'delivered' | 'read' | undefined
  >();
  expectTypeOf<Parameters<MockReply>[0]>().toEqualTypeOf<string>();
  expectTypeOf(mock.push).returns.toEqualTypeOf<Promise<void>>();
});
