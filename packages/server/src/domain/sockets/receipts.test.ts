import { describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';

async function chatOfThree() {
  const chat = createSocketChat();
  const token = await chat.login('ada');
  const reader = await chat.connect({ token });
  const other = await chat.connect({ token });
  for (const content of ['one', 'two']) await chat.post(token, content);
  await flushTasks();
  const ids = reader.messages.map(({ id }) => id!);
  const statuses = async () => (await chat.history(token)).map(({ status }) => status);
  return { chat, token, reader, other, ids, statuses };
}

describe('a receipt', () => {
  it("marks all messages up to its id as read and notifies the user's other sockets", async () => {
    const { chat, reader, other, ids, statuses } = await chatOfThree();
    const stranger = await chat.connect({ token: await chat.login('grace') });
    reader.sendFrame({ type: 'read', id: ids[2] });
    await flushTasks();
    expect(await statuses()).toEqual(['read', 'read', 'read', 'delivered']);
    expect(other.events('read')).toMatchObject([{ role: 'system', id: ids[2] }]);
    expect(reader.events('read')).toEqual([]);
    expect(stranger.events('read')).toEqual([]);
  });

  it('never moves to an earlier message, and notifies only of changes', async () => {
    const { reader, other, ids, statuses } = await chatOfThree();
    for (const id of [ids[2], ids[0], ids[2]]) reader.sendFrame({ type: 'read', id });
    await flushTasks();
    expect(await statuses()).toEqual(['read', 'read', 'read', 'delivered']);
    expect(other.events('read')).toHaveLength(1);
    expect(reader.events('error')).toEqual([]);
  });

  it("for an unknown message, or another user's, is an error with its id", async () => {
    const { chat, ids, statuses } = await chatOfThree();
    const stranger = await chat.connect({ token: await chat.login('grace') });
    for (const id of ['unknown', ids[0]]) stranger.sendFrame({ type: 'read', id });
    await flushTasks();
    expect(stranger.events('error').map(({ id }) => id)).toEqual(['unknown', ids[0]]);
    expect(await statuses()).not.toContain('read');
  });

  it('does not wait for a reply in progress', async () => {
    const { chat, token, reader, other, ids } = await chatOfThree();
    chat.parts.assistant.reply = () => new Promise(() => {});
    reader.sendFrame({ type: 'message', content: 'three' });
    reader.sendFrame({ type: 'read', id: ids[3] });
    await flushTasks();
    expect(other.events('read')).toHaveLength(1);
    expect(await chat.history(token)).toHaveLength(5);
  });

  it('is rejected when too many are queued', async () => {
    const { reader, other, ids } = await chatOfThree();
    for (let sent = 0; sent < 100; sent += 1) reader.sendFrame({ type: 'read', id: ids[0] });
    await flushTasks();
    expect(reader.events('rate_limited')).toHaveLength(84);
    reader.sendFrame({ type: 'read', id: ids[1] });
    await flushTasks();
    expect(other.events('read').map(({ id }) => id)).toEqual([ids[0], ids[1]]);
  });
});
