import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { ScriptedServer } from '../testing/scripted-server.js';
import { credentials, TinyBackend } from '../testing/tiny-backend.js';

const apiPath = '/api/v1';

describe('a redirect to another origin', () => {
  it.each([301, 302, 303, 307, 308])('with status %i receives no request', async (status) => {
    await using other = await ScriptedServer.start(new TinyBackend().script);
    await using server = await ScriptedServer.start(({ path }) => ({
      status,
      headers: { location: `${other.url}${apiPath}${path}` },
    }));
    const login = new ChatClient({ baseUrl: server.url, credentials });
    const send = new ChatClient({ baseUrl: server.url, token: 't' });

    const error = await errorOf(login.login());
    expect(error).toMatchObject({ code: 'api_error', status, attempts: 1 });
    expect(error.message).toContain(`POST /login (redirected to ${other.url}: is that the correct`);
    expect(error.message).toContain('redirects only within an origin');
    await expect(send.chat.send('Hi', { idempotencyKey: 'k' })).rejects.toMatchObject({ status });
    await expect(send.stats.chat()).rejects.toMatchObject({ status });
    expect(other.requests).toEqual([]);
    expect(server.requests).toHaveLength(3);
  });

  it('is also rejected when a fetch of the application follows it', async () => {
    await using other = await ScriptedServer.start(new TinyBackend().script);
    await using server = await ScriptedServer.start(({ path }) => ({
      status: 307,
      headers: { location: `${other.url}${apiPath}${path}` },
    }));
    const fetch: typeof globalThis.fetch = (url, init) =>
      globalThis.fetch(url, { ...init, redirect: 'follow' });
    const client = new ChatClient({ baseUrl: server.url, credentials, fetch });

    const error = await errorOf(client.login());
    expect(error.message).toContain('redirects only within an origin');
  });

  it('is rejected in a page, which cannot see the target', async () => {
    const opaque = { type: 'opaqueredirect', status: 0, ok: false, headers: new Headers() };
    const fetch = async () => ({ ...opaque, text: async () => '' });
    const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 't', fetch });

    const error = await errorOf(client.stats.chat());
    expect(error.message).toContain('a page cannot follow redirects.');
  });
});

describe('a redirect within the origin', () => {
  it.each([307, 308])('with status %i is followed with the body', async (status) => {
    const backend = new TinyBackend();
    await using server = await ScriptedServer.start((request) =>
      request.path.startsWith('/moved')
        ? backend.script({ ...request, path: request.path.replace('/moved', '') })
        : { status, headers: { location: `/moved${request.path}` } },
    );
    const client = new ChatClient({ baseUrl: server.url, credentials });

    expect((await client.chat.send('Hello')).response).toBe('You said Hello');
    expect(backend.stored).toEqual(['Hello']);
  });

  it('is followed by a GET with status 301', async () => {
    const backend = new TinyBackend();
    backend.valid.add('t');
    await using server = await ScriptedServer.start((request) =>
      request.path === '/stats/chat/'
        ? backend.script({ ...request, path: '/stats/chat' })
        : { status: 301, headers: { location: `${apiPath}${request.path}/` } },
    );
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect((await client.stats.chat()).totalChats).toBe(2);
  });

  it('that never ends is an error', async () => {
    await using server = await ScriptedServer.start(({ path }) => ({
      status: 307,
      headers: { location: apiPath + path },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await expect(client.stats.chat()).rejects.toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(11);
  });
});
