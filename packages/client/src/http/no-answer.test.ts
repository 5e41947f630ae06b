import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';

const once = { limit: 0 };
const failing = (error: unknown) => async () => {
  throw error;
};

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('It has no port.');
  return address.port;
}

describe('an error without an answer', () => {
  it('says where the call went and what the system calls the reason', async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const client = new ChatClient({ baseUrl: `${origin}/prefix`, token: 't0ken', retry: once });
    const error = await client.chat.send('Hello').catch((error) => error);
    expect(error.message).toBe(`No answer came to POST /chat from ${origin} (ECONNREFUSED).`);
    expect(error).toMatchObject({ code: 'connection_failed', cause: { message: 'fetch failed' } });
  });

  it.each([
    ['the reason behind what failed', 'getaddrinfo ENOTFOUND', 'ENOTFOUND', ' (ENOTFOUND)'],
    ['no reason where the runtime has none', 'Failed to fetch', undefined, ''],
  ])('names %s', async (_what, message, code, reason) => {
    const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
    const fetch = failing(new TypeError('fetch failed', { cause }));
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch, retry: once });
    await expect(client.chat.history({ page: 2 })).rejects.toThrow(
      expect.objectContaining({
        message: `No answer came to GET /chat/history from https://chat.example.com${reason}.`,
      }),
    );
  });

  it.each([
    ['an object without a prototype', Object.create(null)],
    ['a symbol', Symbol('odd')],
    ['an object that is no text', { toString: () => failing(0) }],
    [
      'an error that cannot be read',
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('No.');
        },
      }),
    ],
  ])('is told of whatever is thrown: %s', async (_what, thrown) => {
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch: failing(thrown), retry: once });
    await expect(client.stats.chat()).rejects.toMatchObject({ code: 'connection_failed' });
    const other = new ChatClient({ baseUrl, getToken: failing(thrown), retry: once });
    await expect(other.stats.chat()).rejects.toMatchObject({ code: 'token_unavailable' });
  });

  it('shows no token, also when the runtime makes it its code', async () => {
    const fetch = failing(Object.assign(new Error('t0ken'), { code: 'bad t0ken' }));
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch, retry: once });
    const error = await client.stats.chat().catch((error) => error);
    expect(error.message).toMatch(/ from https:\/\/chat\.example\.com \(bad \[redacted\]\)\.$/);
  });
});
