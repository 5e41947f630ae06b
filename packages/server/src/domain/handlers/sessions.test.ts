import { describe, expect, it } from 'vitest';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';
import type { ChatLimits } from '../api.js';

const idleMs = 1_800_000;

async function sessionOf(user: TestUser, message = 'Hello'): Promise<string> {
  return (await user.send(message)).body.messages[0].sessionId;
}

describe('the current session', () => {
  it('continues after a new login and for half an hour without messages, not longer', async () => {
    const chat = createTestChat();
    const first = await sessionOf(await chat.login());
    chat.clock.advance(idleMs);
    expect(await sessionOf(await chat.login())).toBe(first);
    chat.clock.advance(idleMs + 1);
    const ada = await chat.login();
    const second = await ada.send('Hello');
    expect(second.body.messages).toHaveLength(2);
    expect(second.body.messages[0].sessionId).not.toBe(first);
  });

  it('ends with logout', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const first = await sessionOf(ada);
    await ada.call('logout');
    const again = await chat.login();
    const next = await again.send('Hello');
    expect(next.body.messages[0].sessionId).not.toBe(first);
    expect(next.body.messages).toHaveLength(2);
  });

  it('keeps a reply after the logout in the session of its question', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const response = ada.send('Hello');
    await assistant.receivedRequests(1);
    await ada.call('logout');
    assistant.release('Hi!');
    const { body } = await response;
    expect(body.messages[1].sessionId).toBe(body.messages[0].sessionId);
    assistant.release('again');
    const next = await (await chat.login()).send('Hello again');
    expect(next.body.messages).toHaveLength(2);
    expect(await chat.dependencies.store.check()).toEqual([]);
  });

  it('is separate for each user', async () => {
    const chat = createTestChat();
    const ada = await sessionOf(await chat.login('ada'));
    expect(await sessionOf(await chat.login('bob'))).not.toBe(ada);
  });
});

describe('GET /chat/sessions', () => {
  it("lists the user's sessions, newest first, page by page", async () => {
    const chat = createTestChat();
    await (await chat.login('bob')).send('not for ada');
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      const ada = await chat.login('ada');
      ids.unshift(await sessionOf(ada));
      chat.clock.advance(1000);
      await ada.send('more');
      chat.clock.advance(idleMs + 1);
    }
    const ada = await chat.login('ada');
    const first = await ada.call('sessions', { query: { pageSize: '2' } });
    const second = await ada.call('sessions', { query: { page: '2', pageSize: '2' } });
    expect(first.body.pagination).toEqual({ total: 3, page: 1, pageSize: 2 });
    const listed = [...first.body.sessions, ...second.body.sessions];
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(second.body.sessions).toEqual([
      {
        id: ids[2],
        userId: expect.any(String),
        startTime: '2026-01-01T12:00:00.000Z',
        lastMessageTime: '2026-01-01T12:00:01.000Z',
        messageCount: 4,
      },
    ]);
  });

  it('is empty for a user without messages, and past the end', async () => {
    const ada = await createTestChat().login();
    const empty = { sessions: [], pagination: { total: 0, page: 9007199254740991, pageSize: 20 } };
    const query = { page: '9007199254740991' };
    expect((await ada.call('sessions', { query })).body).toEqual(empty);
  });
});

describe('a session at its size limit', () => {
  const sizes = async (limits: Partial<ChatLimits>, contents: readonly string[]) => {
    const ada = await createTestChat({ limits }).login();
    for (const content of contents) await ada.send(content);
    const { body } = await ada.call('sessions');
    return body.sessions
      .map(({ messageCount }: { messageCount: number }) => messageCount)
      .reverse();
  };

  it('is followed by a new one, after its maximum number of messages', async () => {
    expect(await sizes({ sessionMaxMessages: 4 }, ['1', '2', '3', '4', '5'])).toEqual([4, 4, 2]);
  });

  it('has room for the reply to its last message', async () => {
    expect(await sizes({ sessionMaxMessages: 5 }, ['1', '2', '3'])).toEqual([4, 2]);
  });

  it('is followed by a new one, after its maximum size in bytes', async () => {
    // Each message is echoed and has eight bytes.
    expect(await sizes({ sessionMaxBytes: 32 }, ['éééé', 'éééé', 'éééé'])).toEqual([4, 2]);
  });

  it('contains at least one message and its reply', async () => {
    const limits = { sessionMaxMessages: 1, sessionMaxBytes: 1 };
    expect(await sizes(limits, ['long', 'long'])).toEqual([2, 2]);
  });
});
