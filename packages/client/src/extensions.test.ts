import { describe, expect, it } from 'vitest';
import { ChatClient } from './client.js';
import { ScriptedServer } from './testing/scripted-server.js';

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );
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

  it('feedback resolves with the message that was rated', async () => {
    await using server = await ScriptedServer.start(() => ({ body: { message } }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await client.chat.rate('m1', true)).toEqual(message);
    expect(server.requests[0]).toMatchObject({
      path: '/chat/feedback',
      body: { messageId: 'm1', satisfied: true },
    });
  });

  it('that the backend does not offer is named', async () => {
    await using server = await ScriptedServer.start(() => ({ status: 404 }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    const error = await failure(client.chat.sessions());
    expect(error).toMatchObject({ code: 'extension_unavailable', extension: 'sessions' });
    expect(error.message).toBe('This backend does not offer the extension "sessions".');
    expect(await failure(client.chat.rate('m1', true))).toMatchObject({ extension: 'feedback' });
  });

  it('that the backend offers may still not find the thing', async () => {
    await using server = await ScriptedServer.start(() => ({
      status: 404,
      headers: { 'chat-extensions': 'sessions, feedback' },
      body: { detail: 'There is no such message.' },
    }));
    const client = new ChatClient({ baseUrl: server.url, token: 't' });

    expect(await failure(client.chat.rate('m9', true))).toMatchObject({
      code: 'not_found',
      detail: 'There is no such message.',
    });
  });

  it('minimal is asked for with Prefer, and only when it is wanted', async () => {
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

  it('idempotency is not forced upon a foreign backend that would refuse the header', async () => {
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
