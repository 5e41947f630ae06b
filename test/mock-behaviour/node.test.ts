import { createChatMock } from '@chat/server/msw';
import { setupServer } from 'msw/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { behaviourCases, runCase, withPromises } from './cases.js';

const baseUrl = 'https://chat.example.com/support';
const mock = createChatMock({ baseUrl, users: [{ username: 'ada', password: 's3cret' }] });
const server = setupServer(...mock.handlers);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
// The mock warns about failed replies, and some cases cause one.
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue());
afterAll(() => server.close());

describe('the mock under MSW in Node', () => {
  it.each(behaviourCases.map((each) => [each.name, each] as const))('%s', async (_name, each) => {
    expect(await runCase(each, { baseUrl, mock: withPromises(mock) })).toEqual(each.expected);
  });
});
