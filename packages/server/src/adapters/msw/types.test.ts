import { expect, expectTypeOf, it } from 'vitest';
import { createChatMock } from './create-chat-mock.js';
import type { MockReply, RouteName } from './index.js';
import { ada } from './testing/mock-in-node.js';

// tsc checks this file in `npm run check`: it fails when an expected error does not occur.

const mock = createChatMock({ baseUrl: 'https://chat.example.com', users: [ada] });

it('rejects unknown routes, faults and options', () => {
  const invalidCalls = [
    // @ts-expect-error a misspelled route
    () => mock.fail('sendMesage', { status: 500 }),
    // @ts-expect-error a misspelled route
    () => mock.rateLimit('sendMesage', { retryAfterSeconds: 1 }),
    // @ts-expect-error a fault without a failure
    () => mock.fail('login', {}),
    // @ts-expect-error a fault without a failure
    () => mock.fail('login', { times: 1 }),
    // @ts-expect-error a misspelled field
    () => mock.fail('login', { status: 500, time: 1 }),
    // @ts-expect-error a status that is not a number
    () => mock.fail('login', { status: '500' }),
    // @ts-expect-error `network` must be true
    () => mock.fail('login', { network: false }),
    // @ts-expect-error a rate limit without retryAfterSeconds
    () => mock.rateLimit('login', { times: 1 }),
    // @ts-expect-error a reply that is not text
    () => mock.reply(() => 42),
    // @ts-expect-error a missing username
    () => mock.push('Hello'),
    // @ts-expect-error a limit that does not exist
    () => createChatMock({ baseUrl: 'https://a.test', users: [], limits: { sends: 1 } }),
    // @ts-expect-error no users
    () => createChatMock({ baseUrl: 'https://a.test' }),
    // @ts-expect-error a list that tests may not change
    () => mock.requests.push(),
  ];
  expect(invalidCalls).toHaveLength(13);
});

it('has the types that tests assert on', () => {
  expectTypeOf(mock.requests[0]?.route).toEqualTypeOf<RouteName | undefined>();
  expectTypeOf<'sendMessage'>().toExtend<RouteName>();
  expectTypeOf<'sendMesage'>().not.toExtend<RouteName>();
  expectTypeOf(mock.requests[0]?.status).toEqualTypeOf<number | 'network error' | undefined>();
  expectTypeOf(mock.messages('ada')[0]?.status).toEqualTypeOf<
    'sent' | 'delivered' | 'read' | undefined
  >();
  expectTypeOf<Parameters<MockReply>[0]>().toEqualTypeOf<string>();
  expectTypeOf(mock.push).returns.toEqualTypeOf<Promise<void>>();
});
