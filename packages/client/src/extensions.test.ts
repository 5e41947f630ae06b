import { describe, expect, it } from 'vitest';
import { ChatClient } from './client.js';
import { errorOf } from './testing/error-of.js';
import { ScriptedServer } from './testing/scripted-server.js';

const session = {
  id: 's1',
  userId: 'u1',
  startTime: '2026-01-01T00:00:00.000Z',
  lastMessageTime: '2026-01-01T00:00:00.000Z',
  messageCount: 2,
};
const message = { id: 'm1', role: 'assistant', content: 'Hi', timestamp: session.startTime };

describe('an extension', () => {
  it('sessions is paged and iterated like the history', async () => {
    await using server = await ScriptedServer.start(({ query }) => {
      const page = Number(query.get('page') ?? 1);
      const sessions = [{ ...session, id: `s${page}` }];
      return { body: { sessions, pagination: { total: 3, page, pageSize: 1 } } };
    });
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const page = await client.chat.sessions({ pageSize: 1 });
    expect(page.sessions).toEqual([{ ...session, id: 's1' }]);
    expect((await page.nextPage()).sessions[0]?.id).toBe('s2');
    const ids: string[] = [];
    for await (const { id } of client.chat.sessions({ pageSize: 1 })) ids.push(id);
    expect(ids).toEqual(['s1', 's2', 's3']);
  });

  it('feedback resolves with the rated message', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { message } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.chat.rate('m1', true)).toEqual(message);
    expect(server.requests[0]).toMatchObject({
      path: '/chat/feedback',
      body: { messageId: 'm1', satisfied: true },
    });
  });

  it('stop resolves with whether a reply was stopped', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { stopped: true } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.chat.stop()).toEqual({ stopped: true });
    await client.chat.stop('q1');
    expect(server.requests).toMatchObject([
      { method: 'POST', path: '/chat/stop', body: {} },
      { method: 'POST', path: '/chat/stop', body: { messageId: 'q1' } },
    ]);
  });

  it('regenerate resolves with another reply, and can be repeated safely', async () => {
    const body = { response: 'Hi', messages: [message] };
    const headers = { 'chat-extensions': 'idempotency, regenerate' };
    await using server = await ScriptedServer.start(() => ({ headers, body }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.chat.regenerate('q1', { return: 'minimal' })).toEqual(body);
    expect(server.requests).toMatchObject([
      {
        method: 'POST',
        path: '/chat/regenerate',
        body: { messageId: 'q1' },
        headers: { prefer: 'return=minimal', 'idempotency-key': expect.any(String) },
      },
    ]);
  });

  it('new-session resolves with the new session', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { session } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.chat.newSession()).toEqual(session);
    expect(server.requests).toMatchObject([{ method: 'POST', path: '/chat/sessions' }]);
  });

  it('that the backend does not support has an error with its name', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 404 }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const error = await errorOf(client.chat.sessions());
    expect(error).toMatchObject({ code: 'extension_unavailable', extension: 'sessions' });
    expect(error.message).toBe('This backend does not offer the extension "sessions".');
    const calls: Record<string, () => Promise<unknown>> = {
      feedback: () => client.chat.rate('m1', true),
      stop: () => client.chat.stop(),
      regenerate: () => client.chat.regenerate('q1'),
      'new-session': () => client.chat.newSession(),
    };
    for (const [extension, call] of Object.entries(calls)) {
      expect(await errorOf(call())).toMatchObject({ code: 'extension_unavailable', extension });
    }
  });

  it('that the backend supports can still fail with not_found', async () => {
    await using server = await ScriptedServer.start(() => ({
      status: 404,
      headers: { 'chat-extensions': 'sessions, feedback, new-session' },
      body: { detail: 'There is no such message.' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await expect(client.chat.rate('m9', true)).rejects.toMatchObject({
      code: 'not_found',
      detail: 'There is no such message.',
    });
    await expect(client.chat.newSession()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('minimal is requested with the Prefer header', async () => {
    const body = { response: 'Hi', messages: [] };
    await using server = await ScriptedServer.start(() => ({ body }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    await client.chat.send('Hello');
    await client.chat.send('Hello', { return: 'minimal' });
    expect(server.requests.map(({ headers }) => headers.prefer)).toEqual([
      undefined,
      'return=minimal',
    ]);
  });

  it('idempotency is used cross-origin only after the backend advertises it', async () => {
    const sent: Record<string, string>[] = [];
    let extensions: Record<string, string> = {};
    const fetch = async (_: string, init: { headers: Record<string, string> }) => {
      sent.push(init.headers);
      return Response.json({ response: 'Hi', messages: [] }, { headers: extensions });
    };
    const client = new ChatClient({ baseUrl: 'https://chat.example.com', token: 't', fetch });
    Object.assign(globalThis, { location: new URL('https://page.example.com/') });
    try {
      await client.chat.send('Hello');
      extensions = { 'chat-extensions': 'idempotency' };
      await client.chat.send('Hello');
      await client.chat.send('Hello');
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
    expect(sent.map((headers) => 'idempotency-key' in headers)).toEqual([false, false, true]);
  });
});
