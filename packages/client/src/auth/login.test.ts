import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { flushEvents } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('a login', () => {
  it('that is rejected is not retried', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await expect(client.login()).rejects.toMatchObject({ code: 'authentication_failed' });
    await expect(client.chat.send('Hello')).rejects.toMatchObject({
      code: 'authentication_failed',
    });
    expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/login']);
  });

  it('calls the credentials function each time', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    let nth = 0;
    const client = new ChatClient({
      baseUrl: server.url,
      credentials: async () => ({ username: 'ada', password: `password-${++nth}` }),
    });

    await client.login();
    backend.valid.clear();
    await client.stats.messages();
    expect(server.to('/login').map(({ body }) => body)).toEqual([
      { username: 'ada', password: 'password-1' },
      { username: 'ada', password: 'password-2' },
    ]);
  });

  it('happens once for many callers, and not when there is a token', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await Promise.all([client.login(), client.login(), client.chat.send('Hello')]);
    await client.login();
    expect(backend.logins).toBe(1);
  });

  it('over a broken connection is not repeated by every waiting call', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await using server = await ScriptedServer.start(() => 'cut');
    const retry = { limit: 2 };
    // Each call waits for a different time before it retries.
    let nth = 0;
    const random = () => (nth++ % 50) / 50;
    const client = new ChatClient({ baseUrl: server.url, credentials, retry, random });

    let settled = 0;
    const calls = Array.from({ length: 50 }, () =>
      errorOf(client.stats.messages()).finally(() => {
        settled += 1;
      }),
    );
    while (settled < calls.length) {
      await flushEvents(5);
      vi.advanceTimersByTime(20);
    }
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'connection_failed' });
    }
    // Three attempts of each call at different times: one login for each would be 150.
    expect(server.to('/login').length).toBeLessThan(10);
  });
});
