import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';

const noRetry = { limit: 0 };
const throwing = (error: unknown) => async () => {
  throw error;
};

/** A port without a server. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

describe('a connection error', () => {
  it('has the origin of the call and the error code of the system', async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`;
    const client = new ChatClient({ baseUrl: `${origin}/prefix`, token: 't0ken', retry: noRetry });
    const error = await client.chat.send('Hello').catch((error) => error);
    expect(error.message).toBe(`No response to POST /chat from ${origin} (ECONNREFUSED).`);
    expect(error).toMatchObject({ code: 'connection_failed', cause: { message: 'fetch failed' } });
  });

  it.each([
    ['the error code of the cause', 'getaddrinfo ENOTFOUND', 'ENOTFOUND', ' (ENOTFOUND)'],
    ['no error code if the runtime has none', 'Failed to fetch', undefined, ''],
  ])('has %s', async (_, message, code, note) => {
    const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
    const fetch = throwing(new TypeError('fetch failed', { cause }));
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch, retry: noRetry });
    await expect(client.chat.history({ page: 2 })).rejects.toThrow(
      expect.objectContaining({
        message: `No response to GET /chat/history from https://chat.example.com${note}.`,
      }),
    );
  });

  it.each([
    ['an object without a prototype', Object.create(null)],
    ['a symbol', Symbol('odd')],
    ['an object without a text', { toString: () => throwing(0) }],
    [
      'an error with a getter that throws',
      Object.defineProperty(new Error(), 'message', {
        get() {
          throw new Error('No.');
        },
      }),
    ],
  ])('is reported for any thrown value: %s', async (_, thrown) => {
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({
      baseUrl,
      token: 't0ken',
      fetch: throwing(thrown),
      retry: noRetry,
    });
    await expect(client.stats.chat()).rejects.toMatchObject({ code: 'connection_failed' });
    const other = new ChatClient({ baseUrl, getToken: throwing(thrown), retry: noRetry });
    await expect(other.stats.chat()).rejects.toMatchObject({ code: 'token_unavailable' });
  });

  it.each([
    ['https://chat.example.com', ''],
    [
      'https://page.example.com',
      ' Perhaps CORS does not allow the origin https://page.example.com.',
    ],
  ])('mentions CORS only in a page of another origin: %s', async (origin, hint) => {
    vi.stubGlobal('location', { origin, href: origin });
    onTestFinished(() => void vi.unstubAllGlobals());
    const fetch = throwing(new TypeError('Failed to fetch'));
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch, retry: noRetry });
    await expect(client.stats.chat()).rejects.toMatchObject({
      message: `No response to GET /stats/chat from https://chat.example.com.${hint}`,
    });
  });

  it('contains no token, even if the runtime uses it as error code', async () => {
    const fetch = throwing(Object.assign(new Error('t0ken'), { code: 'bad t0ken' }));
    const baseUrl = 'https://chat.example.com';
    const client = new ChatClient({ baseUrl, token: 't0ken', fetch, retry: noRetry });
    const error = await client.stats.chat().catch((error) => error);
    expect(error.message).toMatch(/ from https:\/\/chat\.example\.com \(bad \[redacted\]\)\.$/);
  });
});
