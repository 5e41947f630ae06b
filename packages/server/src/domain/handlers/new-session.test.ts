import { describe, expect, it } from 'vitest';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat } from '../../testing/test-chat.js';

const sessionIdsOf = (body: { messages: { sessionId: string }[] }) =>
  body.messages.map(({ sessionId }) => sessionId);

describe('a new session', () => {
  it('is the session of the next message', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const [first] = sessionIdsOf((await ada.send('one')).body);
    const { status, body } = await ada.call('newSession');
    expect(status).toBe(200);
    expect(body.session).toMatchObject({ messageCount: 0 });
    expect(body.session.id).not.toBe(first);
    expect(sessionIdsOf((await ada.send('two')).body)).toEqual([body.session.id, body.session.id]);
    expect(await chat.dependencies.store.check()).toEqual([]);
  });

  it('does not start after its messages when another instance has an earlier clock', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { session } = (await ada.call('newSession')).body;
    chat.clock.advance(-300);
    const { messages } = (await ada.send('one')).body;
    expect(messages[0].timestamp).toBe(session.startTime);
    expect(await chat.dependencies.store.check()).toEqual([]);
  });

  it('is the first one of the list, and has an empty history', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    await ada.send('one');
    const { session } = (await ada.call('newSession')).body;
    const { sessions, pagination } = (await ada.call('sessions')).body;
    expect(sessions[0]).toEqual(session);
    expect(pagination.total).toBe(2);
    const history = await ada.call('history', { query: { sessionId: session.id } });
    expect(history.body).toMatchObject({ messages: [], pagination: { total: 0 } });
  });

  it('is returned again while it has no messages', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { session } = (await ada.call('newSession')).body;
    expect((await ada.call('newSession')).body.session).toEqual(session);
    expect((await ada.call('chatStats')).body).toMatchObject({ todayChats: 1, totalChats: 1 });
  });

  it('waits for its first message for any time', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { session } = (await ada.call('newSession')).body;
    chat.clock.advance(chat.dependencies.limits.sessionIdleMs + 1);
    expect(sessionIdsOf((await ada.send('one')).body)).toEqual([session.id, session.id]);
  });

  it('does not begin with the reply to a message that was sent before', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    const sent = ada.send('one');
    await assistant.receivedRequests(1);
    const created = ada.call('newSession');
    assistant.release('1');
    const [question, reply] = sessionIdsOf((await sent).body);
    expect(reply).toBe(question);
    expect((await created).body.session.id).not.toBe(question);
  });

  it('ends with a logout', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const { session } = (await ada.call('newSession')).body;
    await ada.call('logout');
    const again = await chat.login();
    expect(sessionIdsOf((await again.send('one')).body)).not.toContain(session.id);
  });
});
