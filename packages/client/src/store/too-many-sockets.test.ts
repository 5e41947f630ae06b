import { expect, it, vi } from 'vitest';
import { frame, message, status } from '../socket/testing/harness.js';
import { createTestBackend, greeting } from './testing/test-backend.js';

/** A backend that answers `POST /chat`. */
function createAnsweringBackend() {
  const backend = createTestBackend();
  const { stored, posts } = backend;
  /** Called before each reply. */
  const replies = vi.fn(async (_content: string) => {});
  posts.mockImplementation(async (_path, body) => {
    const { message: content } = body as { message: string };
    const question = message('user', content);
    const reply = message('assistant', `Re: ${content}`);
    stored.push(question);
    await replies(content);
    stored.push(reply);
    return { response: reply.content, messages: [question, reply] };
  });
  return { ...backend, replies };
}

/** A store whose user has three other tabs. */
async function fourthTab() {
  const backend = createAnsweringBackend();
  backend.stored.push(message('user', 'Old'));
  backend.mount();
  await backend.settle();
  backend.connection().open();
  backend.connection().drop(4429);
  await backend.settle();
  return backend;
}

it('reports in words that there are too many tabs', async () => {
  const { view } = await fourthTab();
  expect(view().connection).toMatchObject({
    state: 'waiting',
    code: 4429,
    reason: 'Too many tabs or devices are connected.',
  });
});

it('sends over REST while there are too many sockets, one message after the other', async () => {
  const { store, settle, contents, outgoing, replies } = await fourthTab();
  let finishReply = () => {};
  replies.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        finishReply = resolve;
      }),
  );
  const first = store.send('First');
  const second = store.send('Second');
  await settle();
  expect(replies).toHaveBeenCalledExactlyOnceWith('First');
  expect(outgoing()).toEqual([
    ['First', 'sending'],
    ['Second', 'sending'],
  ]);
  finishReply();
  await expect(first).resolves.toMatchObject({ role: 'user', content: 'First' });
  await expect(second).resolves.toMatchObject({ role: 'user', content: 'Second' });
  await settle();
  expect(contents()).toEqual(['Old', 'First', 'Re: First', 'Second', 'Re: Second']);
  expect(outgoing()).toEqual([]);
});

it('sends a message over REST that was waiting for the socket', async () => {
  const { store, mount, settle, connection, contents, outgoing } = createAnsweringBackend();
  mount();
  const sent = store.send('Early');
  await settle();
  connection().open();
  connection().drop(4429);
  await expect(sent).resolves.toMatchObject({ content: 'Early' });
  await vi.advanceTimersByTimeAsync(5000);
  expect(contents()).toEqual(['Early', 'Re: Early']);
  expect(outgoing()).toEqual([]);
});

it('sends a message over REST at once, with the same key, that was sent on a socket but not acknowledged', async () => {
  const { store, mount, acceptConnection, settle, connection, contents, outgoing, keys, replies } =
    createAnsweringBackend();
  mount();
  await acceptConnection();
  const first = store.send('First');
  const second = store.send('Second');
  await settle();
  expect(connection().contents).toEqual(['First', 'Second']);
  const ids = connection().sent.map(({ id }) => id);
  connection().drop(4429);
  await expect(first).resolves.toMatchObject({ content: 'First' });
  await expect(second).resolves.toMatchObject({ content: 'Second' });
  expect(replies.mock.calls.flat()).toEqual(['First', 'Second']);
  expect(keys).toEqual(ids);
  await settle();
  expect(contents()).toEqual(['First', 'Re: First', 'Second', 'Re: Second']);
  expect(outgoing()).toEqual([]);
});

it('sends such a message over REST also when the next attempt to connect is rejected', async () => {
  const { store, mount, acceptConnection, settle, connection, sockets, keys } =
    createAnsweringBackend();
  mount();
  await acceptConnection();
  const sent = store.send('Unconfirmed');
  await settle();
  const [{ id } = {}] = connection().sent;
  connection().drop(1006);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sockets).toHaveLength(2);
  connection().open();
  connection().drop(4429);
  await expect(sent).resolves.toMatchObject({ content: 'Unconfirmed' });
  expect(keys).toEqual([id]);
});

it('never sends a message again that a backend without acknowledgements may have stored', async () => {
  const { store, mount, settle, connection, outgoing, replies } = createAnsweringBackend();
  mount();
  await settle();
  connection().open();
  connection().receive(status({ event: 'typing' }));
  await settle();
  const sent = store.send('Unconfirmed');
  await settle();
  expect(connection().contents).toEqual(['Unconfirmed']);
  connection().drop(4429);
  await expect(sent).rejects.toMatchObject({ code: 'outcome_unknown' });
  await settle();
  expect(outgoing()).toEqual([['Unconfirmed', 'failed']]);
  expect(replies).not.toHaveBeenCalled();
});

it('shows the messages of other tabs, and each message once', async () => {
  const { store, stored, contents, outgoing, replies, settle } = await fourthTab();
  stored.push(message('user', 'From another tab'), message('assistant', 'Reply'));
  await vi.advanceTimersByTimeAsync(5000);
  expect(contents()).toEqual(['Old', 'From another tab', 'Reply']);
  replies.mockImplementationOnce(() => new Promise(() => {}));
  void store.send('Mine');
  await settle();
  await vi.advanceTimersByTimeAsync(5000);
  expect(contents()).toEqual(['Old', 'From another tab', 'Reply', 'Mine']);
  expect(outgoing()).toEqual([]);
});

it('reads the history again when more messages are missing than a page contains', async () => {
  const { stored, contents } = await fourthTab();
  for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
  await vi.advanceTimersByTimeAsync(5000);
  expect(contents().at(-1)).toBe('Message 60');
  expect(new Set(contents()).size).toBe(contents().length);
});

it('continues on the socket when one is free, without requests', async () => {
  const { store, sockets, connection, acceptConnection, contents, reads, replies, settle } =
    await fourthTab();
  await store.send('Over REST');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sockets).toHaveLength(2);
  await acceptConnection();
  const readCount = reads.mock.calls.length;
  const sent = store.send('Over the socket');
  await settle();
  expect(connection().contents).toEqual(['Over the socket']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(replies).toHaveBeenCalledTimes(1);
  expect(reads).toHaveBeenCalledTimes(readCount);
  const { id: clientId } = connection().sent[0] ?? {};
  connection().receive(frame(message('user', 'Over the socket', { clientId })));
  await sent;
  expect(contents()).toEqual(['Old', 'Over REST', 'Re: Over REST', 'Over the socket']);
});

it('keeps the order of messages when a socket becomes free', async () => {
  const { store, connection, replies, settle } = await fourthTab();
  let finishReply = () => {};
  replies.mockImplementationOnce(
    () =>
      new Promise((resolve) => {
        finishReply = resolve;
      }),
  );
  void store.send('First');
  await settle();
  await vi.advanceTimersByTimeAsync(30_000);
  connection().open();
  connection().receive(greeting);
  connection().receive(status({ event: 'typing' }));
  await settle();
  void store.send('Second');
  await settle();
  expect(connection().contents).toEqual([]);
  finishReply();
  await settle();
  expect(replies.mock.calls.flat()).toEqual(['First', 'Second']);
});

it('does not poll after the last subscriber has left', async () => {
  const backend = createTestBackend();
  const unmount = backend.mount();
  await backend.settle();
  backend.connection().open();
  backend.connection().drop(4429);
  await backend.settle();
  unmount();
  await backend.settle();
  backend.reads.mockClear();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(backend.reads).not.toHaveBeenCalled();
});
