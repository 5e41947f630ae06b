import { expect, it, onTestFinished, vi } from 'vitest';
import { jwt } from '../testing/jwt.js';
import { channelOf } from './channel.js';
import { sharedWebSocket } from './index.js';

const url = (token: string, more = '') => `wss://chat.example.com/ws/chat?token=${token}${more}`;
const channelName = async (url: string) => (await channelOf(url)).name;
const ada = jwt({ sub: 'ada', jti: 1 });

it('is the same for other tokens of the user, and contains nothing of them', async () => {
  const name = await channelName(url(ada));
  expect(name).toMatch(/^chat-socket-1-[0-9a-f]{64}$/);
  expect(await channelName(url(jwt({ sub: 'ada', jti: 2 })))).toBe(name);
});

it.each([
  ['user', url(jwt({ sub: 'bob', jti: 1 }))],
  ['host', url(ada).replace('chat.', 'other.')],
  ['path', url(ada).replace('/ws/', '/v2/ws/')],
  ['value of stream', url(ada, '&stream=1')],
  ['opaque token', url('opaque')],
])('is different for another %s', async (_name, other) => {
  expect(await channelName(other)).not.toBe(await channelName(url(ada)));
});

it('is shared only by equal tokens if they name no user', async () => {
  expect(await channelName(url('one'))).toBe(await channelName(url('one')));
  expect(await channelName(url('one'))).not.toBe(await channelName(url('two')));
});

it('knows when the token expires', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const token = jwt({ sub: 'ada', iat: 1000, exp: 4600 });
  expect((await channelOf(url(token))).expiresAt).toBe(Date.now() + 3_600_000);
  expect((await channelOf(url('opaque'))).expiresAt).toBeUndefined();
});

it('sharedWebSocket() is undefined outside of a page, so that the client uses its default', () => {
  expect(sharedWebSocket()).toBeUndefined();
});
