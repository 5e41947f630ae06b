import { describe, expect, it, vi } from 'vitest';
import { isChatError } from '../errors/is-chat-error.js';
import type { Outbox, OutboxMessage } from '../outbox/outbox.js';
import { frame, message, status } from '../socket/testing/harness.js';
import { jwt } from '../testing/jwt.js';
import { createTestBackend } from './testing/test-backend.js';

function memoryOutbox() {
  const messages = new Map<string, OutboxMessage>();
  const outbox: Outbox = {
    open: async (user) => [...messages.values()].filter((one) => one.user === user),
    add: vi.fn(async (one) => void messages.set(one.id, one)),
    remove: async (id) => void messages.delete(id),
    clear: async () => messages.clear(),
  };
  return { outbox, messages, contents: () => [...messages.values()].map(({ content }) => content) };
}

/** A page of Ada; several pages of a test are a page and its reloads. */
const open = (outbox: Outbox, user = 'ada') => createTestBackend({ outbox }, jwt({ sub: user }));

describe('a message with an outbox', () => {
  it('is stored before it is sent, and removed when the backend has it', async () => {
    const { outbox, contents } = memoryOutbox();
    const { store, mount, acceptConnection, connection, receive, settle, view } = open(outbox);
    mount();
    await acceptConnection();
    let finish = () => {};
    const stored = new Promise<void>((resolve) => {
      finish = resolve;
    });
    vi.mocked(outbox.add).mockImplementationOnce(() => stored);
    void store.send('One');
    void store.send('Two');
    await settle();
    expect(view().outgoing).toMatchObject([{ content: 'One' }, { content: 'Two' }]);
    expect(connection().contents).toEqual([]);
    finish();
    await settle();
    expect(connection().contents).toEqual(['One', 'Two']);
    expect(contents()).toEqual(['Two']);
    const clientId = connection().sent[1]?.id;
    await receive(frame(message('user', 'Two', { clientId })));
    expect(contents()).toEqual([]);
  });

  it('is sent again with the same id after a reload, before new messages', async () => {
    const { outbox, contents } = memoryOutbox();
    const first = open(outbox);
    first.mount();
    await first.acceptConnection();
    void first.store.send('Hello');
    await first.settle();
    const { id } = first.connection().sent[0]!;

    const second = open(outbox);
    second.mount();
    void second.store.send('New');
    await second.acceptConnection();
    expect(second.connection().contents).toEqual(['Hello', 'New']);
    expect(second.connection().sent[0]?.id).toBe(id);
    await second.receive(frame(message('user', 'Hello', { clientId: id })));
    expect(second.outgoing()).toEqual([['New', 'sending']]);
    expect(contents()).toEqual(['New']);
  });

  it('is sent again after all components were unmounted', async () => {
    const { outbox } = memoryOutbox();
    const { store, mount, settle, acceptConnection, connection } = open(outbox);
    const unmount = mount();
    void store.send('Hello');
    await settle();
    unmount();
    await settle();
    mount();
    await acceptConnection();
    expect(connection().contents).toEqual(['Hello']);
  });

  it('is a failed one after 24 hours, which can be discarded or sent as a new one', async () => {
    const { outbox, messages, contents } = memoryOutbox();
    const { store, mount, acceptConnection, view, connection, settle } = open(outbox);
    const createdAt = Date.now() - 24 * 3_600_000;
    for (const id of ['a', 'b']) messages.set(id, { id, user: 'ada', content: id, createdAt });
    mount();
    await acceptConnection();
    const [a, b] = view().outgoing;
    expect(view().outgoing.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(isChatError(a?.error, 'outcome_unknown')).toBe(true);
    expect(connection().sent).toEqual([]);
    store.discard(a!.key);
    store.retry(b!.key);
    await settle();
    expect(contents()).toEqual(['b']);
    expect(connection().sent.map(({ id, content }) => [id === 'b', content])).toEqual([
      [false, 'b'],
    ]);
  });

  it('is not sent twice to a backend without acknowledgements', async () => {
    const { outbox, messages } = memoryOutbox();
    const { mount, settle, connection, view } = open(outbox);
    messages.set('a', { id: 'a', user: 'ada', content: 'Hello', createdAt: Date.now() });
    mount();
    await settle();
    connection().open();
    connection().receive(status({ event: 'connected', features: [] }));
    await settle();
    expect(connection().sent).toEqual([]);
    expect(isChatError(view().outgoing[0]?.error, 'outcome_unknown')).toBe(true);
  });

  it('is deleted by a logout, and never sent by another user', async () => {
    const { outbox, contents } = memoryOutbox();
    const ada = open(outbox);
    ada.mount();
    void ada.store.send('Secret');
    await ada.settle();
    expect(contents()).toEqual(['Secret']);
    const bob = open(outbox, 'bob');
    bob.mount();
    await bob.acceptConnection();
    expect([bob.outgoing(), bob.connection().sent]).toEqual([[], []]);
    await ada.client.logout().catch(() => {});
    await ada.settle();
    expect(contents()).toEqual([]);
  });

  it('is sent without being stored when the outbox fails or the user is not known', async () => {
    const broken = memoryOutbox();
    broken.outbox.open = () => Promise.reject(new Error('Full.'));
    broken.outbox.add = () => Promise.reject(new Error('Full.'));
    const unknown = memoryOutbox();
    for (const { store, mount, acceptConnection, connection } of [
      open(broken.outbox),
      createTestBackend({ outbox: unknown.outbox }),
    ]) {
      mount();
      void store.send('Hello');
      await acceptConnection();
      expect(connection().contents).toEqual(['Hello']);
    }
    expect(unknown.contents()).toEqual([]);
  });
});
