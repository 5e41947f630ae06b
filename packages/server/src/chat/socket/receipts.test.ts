import { describe, expect, it } from 'vitest';
import { createSocketChat, settle } from '../../../../../test/support/socket-chat.js';

async function chatOfThree() {
  const chat = createSocketChat();
  const token = await chat.login('ada');
  const reader = await chat.connect({ token });
  const other = await chat.connect({ token });
  for (const content of ['one', 'two']) await chat.post(token, content);
  await settle();
  const ids = reader.messages.map(({ id }) => id!);
  const statuses = async () => (await chat.history(token)).map(({ status }) => status);
  return { chat, token, reader, other, ids, statuses };
}

describe('a receipt', () => {
  it('marks all messages up to its id as read and tells the other sockets of the user', async () => {
    const { chat, reader, other, ids, statuses } = await chatOfThree();
    const stranger = await chat.connect({ token: await chat.login('grace') });
    reader.say({ type: 'read', id: ids[2] });
    await settle();
    expect(await statuses()).toEqual(['read', 'read', 'read', 'delivered']);
    expect(other.events('read')).toMatchObject([{ role: 'system', id: ids[2] }]);
    expect(reader.events('read')).toEqual([]);
    expect(stranger.events('read')).toEqual([]);
  });

  it('only moves forward, and what is no news is not told', async () => {
    const { reader, other, ids, statuses } = await chatOfThree();
    for (const id of [ids[2], ids[0], ids[2]]) reader.say({ type: 'read', id });
    await settle();
    expect(await statuses()).toEqual(['read', 'read', 'read', 'delivered']);
    expect(other.events('read')).toHaveLength(1);
    expect(reader.events('error')).toEqual([]);
  });

  it('for a message that is not there, or is another user’s, is an error with its id', async () => {
    const { chat, ids, statuses } = await chatOfThree();
    const stranger = await chat.connect({ token: await chat.login('grace') });
    for (const id of ['unknown', ids[0]]) stranger.say({ type: 'read', id });
    await settle();
    expect(stranger.events('error').map(({ id }) => id)).toEqual(['unknown', ids[0]]);
    expect(await statuses()).not.toContain('read');
  });

  it('does not wait for the reply that is under way', async () => {
    const { chat, token, reader, other, ids } = await chatOfThree();
    chat.parts.assistant.reply = () => new Promise(() => {});
    reader.say({ type: 'message', content: 'three' });
    reader.say({ type: 'read', id: ids[3] });
    await settle();
    expect(other.events('read')).toHaveLength(1);
    expect(await chat.history(token)).toHaveLength(5);
  });

  it('is held back when too many of them wait', async () => {
    const { reader, other, ids } = await chatOfThree();
    for (let sent = 0; sent < 100; sent += 1) reader.say({ type: 'read', id: ids[0] });
    await settle();
    expect(reader.events('rate_limited')).toHaveLength(84);
    reader.say({ type: 'read', id: ids[1] });
    await settle();
    expect(other.events('read').map(({ id }) => id)).toEqual([ids[0], ids[1]]);
  });
});
