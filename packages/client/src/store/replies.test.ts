import { describe, expect, it, vi } from 'vitest';
import { message, status } from '../socket/testing/harness.js';
import { createTestBackend, greeting } from './testing/test-backend.js';

const text = 'The ferry leaves at nine.';
const delta = (begin: number, end?: number) =>
  status({ event: 'delta', content: text.slice(begin, end), offset: begin, id: 'r1' });

/** A store with an open connection. */
async function openStore() {
  const backend = createTestBackend();
  backend.mount();
  await backend.acceptConnection();
  return backend;
}

describe('a reply in progress', () => {
  it('is shown when the page was loaded during the reply', async () => {
    const { receive, view } = await openStore();
    await receive(delta(0, 9));
    await receive(delta(9, 16));
    expect(view().reply).toEqual({ key: 'r1', content: text.slice(0, 16) });
  });

  it('continues where it was after reconnects', async () => {
    const { receive, view, connection, acceptConnection } = await openStore();
    await receive(delta(0, 9));
    for (const event of ['typing', undefined]) {
      connection().drop(1012);
      expect(view().reply).toBeUndefined();
      await vi.advanceTimersByTimeAsync(2000);
      await acceptConnection();
      if (event) await receive(status({ event }));
    }
    await receive(delta(0, 9));
    await receive(delta(0, 12));
    expect(view().reply).toEqual({ key: 'r1', content: text.slice(0, 12) });
    await receive(delta(12));
    expect(view().reply?.content).toBe(text);
  });

  it('can be stopped, and becomes a message', async () => {
    const { receive, storeAndPush, view, store, connection } = await openStore();
    await receive(delta(0, 9));
    store.stop();
    expect(connection().sent).toEqual([{ type: 'stop', id: 'r1' }]);
    expect(view().reply).toEqual({ key: 'r1', content: 'The ferry', isStopping: true });
    await receive(delta(9, 10));
    expect(view().reply).toMatchObject({ content: 'The ferry ', isStopping: true });
    await storeAndPush(message('assistant', 'The ferry ', { id: 'r1', stopped: true }));
    expect(view().reply).toBeUndefined();
    expect(view().messages.at(-1)).toMatchObject({ content: 'The ferry ', stopped: true });
    await receive(status({ event: 'typing' }));
    expect(view().reply).not.toHaveProperty('isStopping');
  });

  it('disappears without a notice when it is stopped before it has text', async () => {
    const { receive, view, store, connection } = await openStore();
    await receive(status({ event: 'typing', replyTo: 'q1' }));
    store.stop();
    expect(connection().sent).toEqual([{ type: 'stop', id: 'q1' }]);
    await receive(status({ event: 'stopped', id: 'q1', content: 'The reply was stopped.' }));
    expect(view()).toMatchObject({ reply: undefined, notice: undefined });
  });

  it('cannot be stopped on a backend without the extension', async () => {
    const { store, mount, settle, connection, receive, view } = createTestBackend();
    mount();
    await settle();
    connection().open();
    await receive({ ...greeting, data: { ...greeting.data, features: ['identity', 'ack'] } });
    await receive(status({ event: 'typing' }));
    expect(() => store.stop()).toThrowError(
      expect.objectContaining({ code: 'extension_unavailable' }),
    );
    expect(view().reply).not.toHaveProperty('isStopping');
  });
});

describe('another reply', () => {
  it('is requested for a question, and is shown like the first', async () => {
    const { receive, storeAndPush, store, view, posts } = await openStore();
    const first = message('assistant', 'At ten.', { id: 'r0', replyTo: 'q1' });
    await storeAndPush(first);
    const second = message('assistant', text, { id: 'r1', replyTo: 'q1' });
    posts.mockResolvedValueOnce({ response: text, messages: [second] });
    const done = store.regenerate('r0');
    await receive(delta(0, 9));
    expect(view().reply?.content).toBe('The ferry');
    await storeAndPush(second);
    await done;
    expect(posts).toHaveBeenCalledExactlyOnceWith('/api/v1/chat/regenerate', { messageId: 'r0' });
    expect(view().messages.map(({ content }) => content)).toEqual(['At ten.', text]);
  });

  it('that fails rejects, without an unhandled rejection', async () => {
    const { store, posts } = await openStore();
    posts.mockRejectedValue(new TypeError('Connection lost.'));
    void store.regenerate('r0');
    await expect(store.regenerate('r0')).rejects.toMatchObject({ code: 'connection_failed' });
  });
});

it('a new session keeps the messages of the earlier ones', async () => {
  const { store, storeAndPush, posts, contents } = await openStore();
  await storeAndPush(message('user', 'Hello', { sessionId: 's1' }));
  const session = { id: 's2', userId: 'u1', startTime: '', lastMessageTime: '', messageCount: 0 };
  posts.mockResolvedValueOnce({ session });
  expect(await store.newSession()).toEqual(session);
  expect(posts).toHaveBeenCalledExactlyOnceWith('/api/v1/chat/sessions', undefined);
  expect(contents()).toEqual(['Hello']);
});
