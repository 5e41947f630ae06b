import { describe, expect, it } from 'vitest';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat } from '../../testing/test-chat.js';

describe('the statistics', () => {
  it('are all zero for a user without messages', async () => {
    const chat = createTestChat();
    await (await chat.login('bob')).send('not for ada');
    const ada = await chat.login('ada');
    expect((await ada.call('chatStats')).body).toEqual({
      todayChats: 0,
      totalChats: 0,
      avgResponseTime: 0,
      satisfactionRate: 0,
    });
    expect((await ada.call('messageStats')).body).toEqual({
      todayMessages: 0,
      totalMessages: 0,
      avgMessagesPerChat: 0,
    });
  });

  it('count messages of both roles and chats, today and in total', async () => {
    const chat = createTestChat();
    const yesterday = await chat.login();
    await yesterday.send('one');
    await yesterday.send('two');
    chat.clock.advance(86_400_000);
    const ada = await chat.login();
    expect((await ada.call('messageStats')).body.todayMessages).toBe(0);
    expect((await ada.call('chatStats')).body).toMatchObject({ todayChats: 0, totalChats: 1 });
    await ada.send('three');
    expect((await ada.call('chatStats')).body).toMatchObject({ todayChats: 1, totalChats: 2 });
    expect((await ada.call('messageStats')).body).toEqual({
      todayMessages: 2,
      totalMessages: 6,
      avgMessagesPerChat: 3,
    });
  });

  it.each([
    ['UTC', 0],
    ['Pacific/Auckland', 2],
  ])('count the days of %s', async (timeZone, todayMessages) => {
    const chat = createTestChat({ timeZone });
    // 23:00 UTC is noon in Auckland, which is 13 hours ahead in summer.
    chat.clock.advance(11 * 3_600_000);
    await (await chat.login()).send('Hello');
    chat.clock.advance(2 * 3_600_000);
    const ada = await chat.login();
    expect((await ada.call('messageStats')).body.todayMessages).toBe(todayMessages);
  });

  it('reject an unknown time zone at start', () => {
    expect(() => createTestChat({ timeZone: 'Mars/Olympus' })).toThrow(RangeError);
  });

  it('contain the mean response time of the assistant', async () => {
    const assistant = heldAssistant();
    const chat = createTestChat({ assistant });
    const ada = await chat.login();
    for (const [turn, ms] of [100, 301].entries()) {
      const response = ada.send('Hello');
      await assistant.receivedRequests(turn + 1);
      chat.clock.advance(ms);
      assistant.release('Hi!');
      await response;
    }
    expect((await ada.call('chatStats')).body.avgResponseTime).toBe(200.5);
  });

  it('exclude failures and messages without a question from the mean', async () => {
    const chat = createTestChat({ assistant: scriptedAssistant([new Error('overloaded')]) });
    const ada = await chat.login();
    await ada.send('Hello');
    const { sub } = JSON.parse(atob(ada.token.split('.')[1]!));
    await chat.api.pushMessage(sub, 'Are you there?');
    expect((await ada.call('chatStats')).body).toMatchObject({ totalChats: 1, avgResponseTime: 0 });
    expect((await ada.call('messageStats')).body.totalMessages).toBe(2);
  });
});

describe('POST /chat/feedback', () => {
  it('changes the satisfaction rate, and a second rating replaces the first', async () => {
    const chat = createTestChat();
    const ada = await chat.login();
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) ids.push((await ada.send('Hello')).body.messages.at(-1).id);
    const rate = async (messageId: string | undefined, satisfied: boolean) => {
      const { status, body } = await ada.call('feedback', { body: { messageId, satisfied } });
      expect(status).toBe(200);
      expect(body.message).toMatchObject({ id: messageId, role: 'assistant', content: 'Hello' });
      return (await ada.call('chatStats')).body.satisfactionRate;
    };
    expect(await rate(ids[0], true)).toBe(100);
    expect(await rate(ids[1], false)).toBe(50);
    expect(await rate(ids[1], true)).toBe(100);
    expect(await rate(ids[0], false)).toBe(50);
    expect(await rate(ids[0], false)).toBe(50);
    expect(await rate(ids[2], true)).toBeCloseTo(66.667, 3);
  });

  it('accepts only replies to the user', async () => {
    const chat = createTestChat();
    const ada = await chat.login('ada');
    const bob = await chat.login('bob');
    const [asked, reply] = (await ada.send('Hello')).body.messages;
    const status = async (user: typeof ada, messageId: string) =>
      (await user.call('feedback', { body: { messageId, satisfied: true } })).status;
    expect(await status(ada, asked.id)).toBe(400);
    expect(await status(bob, reply.id)).toBe(404);
    expect(await status(ada, 'unknown')).toBe(404);
    expect(await status(ada, 'a\u0000')).toBe(404);
    expect(await status(ada, '')).toBe(404);
    expect((await ada.call('chatStats')).body.satisfactionRate).toBe(0);
  });

  it.each([
    {},
    { messageId: 'x' },
    { messageId: 1, satisfied: true },
    { messageId: 'x', satisfied: 'true' },
    { messageId: 'x', satisfied: 1 },
  ])('rejects %j', async (body) => {
    const ada = await createTestChat().login();
    expect((await ada.call('feedback', { body })).status).toBe(400);
  });
});
