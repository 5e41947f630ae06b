import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChatClient } from '../client.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { turns } from '../testing/skip-waits.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
const unauthorized = { status: 401, body: { detail: 'The token is not valid.' } };

describe('a login', () => {
  it('that is refused is not tried again', async () => {
    await using server = await ScriptedServer.start(() => unauthorized);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect(await failure(client.login())).toMatchObject({ code: 'authentication_failed' });
    expect(await failure(client.chat.send('Hello'))).toMatchObject({
      code: 'authentication_failed',
    });
    expect(server.requests.map(({ path }) => path)).toEqual(['/login', '/login']);
  });

  it('asks a function for the credentials each time', async () => {
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

  it('is made once by many callers, and not at all when there is a token', async () => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start(backend.script);
    const client = new ChatClient({ baseUrl: server.url, credentials });

    await Promise.all([client.login(), client.login(), client.chat.send('Hello')]);
    await client.login();
    expect(backend.logins).toBe(1);
  });

  it('over lines that break is not made by every call that waits for it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    await using server = await ScriptedServer.start(() => 'cut');
    const retry = { limit: 2 };
    // Every call waits for a time of its own before it tries again.
    let nth = 0;
    const random = () => (nth++ % 50) / 50;
    const client = new ChatClient({ baseUrl: server.url, credentials, retry, random });

    let settled = 0;
    const calls = Array.from({ length: 50 }, () =>
      failure(client.stats.messages()).finally(() => {
        settled += 1;
      }),
    );
    while (settled < calls.length) {
      await turns(5);
      vi.advanceTimersByTime(20);
    }
    for (const error of await Promise.all(calls)) {
      expect(error).toMatchObject({ code: 'connection_failed' });
    }
    // Three tries of each call, which do not fall together: one login for each would be 150.
    expect(server.to('/login').length).toBeLessThan(10);
  });
});
