import { describe, expect, it, vi } from 'vitest';
import { isChatError } from '../errors/is-chat-error.js';
import { coreMessage, frame, message, status } from '../socket/testing/harness.js';
import { createChatStore } from './chat-store.js';
import { createTestBackend, greeting } from './testing/test-backend.js';

describe('the messages', () => {
  it('are the newest page of the history, then those from the socket', async () => {
    const { stored, mount, acceptConnection, storeAndPush, contents, view } = createTestBackend();
    stored.push(message('user', 'One'), message('assistant', 'Two'));
    mount();
    expect(view().history).toEqual({ hasOlder: false, isLoading: true });
    await acceptConnection();
    expect(contents()).toEqual(['One', 'Two']);
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
    await storeAndPush(message('assistant', 'Three'));
    expect(contents()).toEqual(['One', 'Two', 'Three']);
    expect(new Set(view().messages.map(({ key }) => key)).size).toBe(3);
  });

  it.each([
    ['with ids', message],
    ['without ids', coreMessage],
  ])('contain a message once that both the socket and the history have, %s', async (_, make) => {
    const { stored, mount, acceptConnection, storeAndPush, receive, contents, reads } =
      createTestBackend();
    stored.push(make('user', 'Old'));
    const [first, second] = [make('user', 'First'), make('assistant', 'Second')];
    // The socket delivers one of them while the page is loading, and the other one later.
    reads.mockImplementationOnce(async () => void stored.push(first, second));
    mount();
    await acceptConnection();
    await receive(frame(first));
    await receive(frame(second));
    expect(contents()).toEqual(['Old', 'First', 'Second']);
    await storeAndPush(make('user', 'Third', 'later' as never));
    expect(contents()).toEqual(['Old', 'First', 'Second', 'Third']);
  });

  it('include those that the socket delivers while the page is loading', async () => {
    const { stored, mount, acceptConnection, connection, settle, contents, reads } =
      createTestBackend();
    stored.push(message('user', 'Old'));
    const early = message('user', 'Early');
    const late = message('assistant', 'Late');
    reads.mockImplementationOnce(async () => {
      connection().receive(frame(early));
      connection().receive(frame(late));
      stored.push(early);
    });
    mount();
    await acceptConnection();
    await settle();
    expect(contents()).toEqual(['Old', 'Early', 'Late']);
  });

  it('are loaded without a connection, and again after it opens', async () => {
    const { stored, mount, acceptConnection, connection, settle, contents, view } =
      createTestBackend();
    stored.push(message('user', 'One'));
    mount();
    await settle();
    connection().drop(1013);
    await settle();
    expect(view().connection.state).toBe('waiting');
    expect(contents()).toEqual(['One']);
    stored.push(message('assistant', 'Meanwhile'));
    await vi.advanceTimersByTimeAsync(1000);
    await acceptConnection();
    expect(contents()).toEqual(['One', 'Meanwhile']);
  });

  it('can be loaded to the oldest one while the history grows', async () => {
    const { store, stored, mount, acceptConnection, storeAndPush, contents, view } =
      createTestBackend();
    for (let nth = 1; nth <= 120; nth += 1) stored.push(message('user', `Message ${nth}`));
    mount();
    await acceptConnection();
    expect(contents().at(0)).toBe('Message 71');
    expect(view().history.hasOlder).toBe(true);
    await storeAndPush(message('user', 'Message 121'));
    await storeAndPush(message('user', 'Message 122'));
    await store.loadOlder();
    await store.loadOlder();
    await store.loadOlder();
    expect(contents()).toEqual(Array.from({ length: 122 }, (_, nth) => `Message ${nth + 1}`));
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
  });

  it('report an error of a page, and load it at the next attempt', async () => {
    const { store, stored, mount, acceptConnection, contents, view, reads } = createTestBackend();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    mount();
    await acceptConnection();
    reads.mockRejectedValueOnce(new TypeError('Connection lost.'));
    await store.loadOlder();
    expect(isChatError(view().history.error, 'connection_failed')).toBe(true);
    expect(contents()).toHaveLength(50);
    await store.loadOlder();
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
    expect(contents()).toHaveLength(60);
  });

  it('load the newest page again after it failed, then older ones', async () => {
    const { store, stored, mount, acceptConnection, storeAndPush, contents, view, reads } =
      createTestBackend();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    reads.mockRejectedValueOnce(new TypeError('Connection lost.'));
    mount();
    await acceptConnection();
    expect(view().history).toMatchObject({ hasOlder: true, isLoading: false });
    await storeAndPush(message('user', 'Message 61'));
    await store.loadOlder();
    expect([contents().at(0), contents().at(-1)]).toEqual(['Message 12', 'Message 61']);
    await store.loadOlder();
    expect(contents()).toHaveLength(61);
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
  });

  it('can be loaded without a connection', async () => {
    const { store, stored, mount, connection, settle, contents } = createTestBackend();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    mount();
    await settle();
    connection().drop(1013);
    await settle();
    await store.loadOlder();
    expect(contents()).toHaveLength(60);
  });

  it('are replaced by the newest page when a gap is too large', async () => {
    const { stored, mount, acceptConnection, connection, settle, contents, view } =
      createTestBackend({
        recover: { maxMessages: 10 },
      });
    stored.push(message('user', 'Before'));
    mount();
    await acceptConnection();
    connection().drop(1012);
    for (let nth = 1; nth <= 80; nth += 1) stored.push(message('user', `Missed ${nth}`));
    await vi.advanceTimersByTimeAsync(1000);
    await acceptConnection();
    await settle();
    expect(contents()).toEqual(Array.from({ length: 50 }, (_, nth) => `Missed ${nth + 31}`));
    expect(view().history.hasOlder).toBe(true);
  });
});

describe('an outgoing message', () => {
  it('is shown at once, and never twice', async () => {
    const { store, mount, acceptConnection, connection, settle, view } = createTestBackend();
    const seen: string[] = [];
    mount(() => {
      queueMicrotask(() =>
        seen.push([...view().messages, ...view().outgoing].map(({ content }) => content).join()),
      );
    });
    await acceptConnection();
    seen.length = 0;
    const sent = store.send('Hello');
    expect(view().outgoing).toMatchObject([{ content: 'Hello', state: 'sending' }]);
    await settle();
    const { id } = connection().sent[0]!;
    connection().receive(frame(message('user', 'Hello', { clientId: id })));
    expect((await sent).content).toBe('Hello');
    await settle();
    expect(view().outgoing).toEqual([]);
    expect(view().messages).toHaveLength(1);
    expect(new Set(seen)).toEqual(new Set(['Hello']));
  });

  it('waits while there is no connection', async () => {
    const { store, mount, acceptConnection, connection, outgoing } = createTestBackend();
    mount();
    void store.send('First');
    void store.send('Second');
    expect(outgoing()).toEqual([
      ['First', 'sending'],
      ['Second', 'sending'],
    ]);
    await acceptConnection();
    expect(connection().contents).toEqual(['First', 'Second']);
  });

  it('can be sent again or discarded after it failed', async () => {
    const { store, mount, acceptConnection, connection, receive, outgoing, view } =
      createTestBackend();
    mount();
    await acceptConnection();
    for (const content of ['One', 'Two']) {
      void store.send(content);
      const { id } = connection().sent.at(-1)!;
      await receive(status({ event: 'error', content: 'The content is too long.', id }));
    }
    const [one, two] = view().outgoing;
    expect(outgoing()).toEqual([
      ['One', 'failed'],
      ['Two', 'failed'],
    ]);
    expect(isChatError(one?.error, 'not_sent')).toBe(true);
    store.discard(one!.key);
    store.retry(two!.key);
    expect(outgoing()).toEqual([['Two', 'sending']]);
    expect(connection().contents).toEqual(['One', 'Two', 'Two']);
  });

  it('stays until a gap before it is filled', async () => {
    const {
      store,
      stored,
      mount,
      acceptConnection,
      connection,
      settle,
      contents,
      outgoing,
      reads,
    } = createTestBackend();
    mount();
    await acceptConnection();
    connection().drop(1012);
    void store.send('Mine');
    stored.push(message('assistant', 'Missed'));
    await vi.advanceTimersByTimeAsync(1000);
    let respond = () => {};
    const responded = new Promise<void>((resolve) => {
      respond = resolve;
    });
    reads.mockReturnValueOnce(responded);
    connection().open();
    connection().receive(greeting);
    await settle();
    const mine = message('user', 'Mine', { clientId: connection().sent.at(-1)!.id });
    stored.push(mine);
    connection().receive(frame(mine));
    await settle();
    expect([contents(), outgoing()]).toEqual([[], [['Mine', 'sending']]]);
    respond();
    await settle();
    expect(contents()).toEqual(['Missed', 'Mine']);
    expect(outgoing()).toEqual([]);
  });

  it('is rejected when no component shows the conversation', async () => {
    const { store } = createTestBackend();
    await expect(store.send('Hello')).rejects.toMatchObject({ code: 'not_sent' });
  });
});

describe('a reply', () => {
  const delta = (content: string, id = 'r1') => status({ event: 'delta', content, id });

  it('is shown from the typing event to the stored message', async () => {
    const { mount, acceptConnection, receive, storeAndPush, view } = createTestBackend();
    mount();
    await acceptConnection();
    await receive(status({ event: 'typing' }));
    expect(view().reply?.content).toBe('');
    await receive(delta('Good '));
    await receive(delta('morning.'));
    expect(view().reply).toEqual({ key: 'r1', content: 'Good morning.' });
    await storeAndPush(message('assistant', 'Good morning.', { id: 'r1' }));
    expect(view().reply).toBeUndefined();
    expect(view().messages.at(-1)).toMatchObject({ key: 'r1', content: 'Good morning.' });
  });

  it('is not shown without its start after the connection was lost', async () => {
    const { mount, acceptConnection, receive, connection, view } = createTestBackend();
    mount();
    await acceptConnection();
    await receive(delta('Good '));
    connection().drop(1012);
    expect(view().reply).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    await acceptConnection();
    await receive(delta('morning.'));
    expect(view().reply?.content).toBe('');
    await receive(delta('Another', 'r2'));
    expect(view().reply?.content).toBe('Another');
  });

  it('that fails causes a notice until the next message', async () => {
    const { mount, acceptConnection, receive, storeAndPush, view } = createTestBackend();
    mount();
    await acceptConnection();
    await receive(status({ event: 'typing' }));
    await receive(status({ event: 'error', content: 'The assistant gave no reply.' }));
    expect(view()).toMatchObject({
      reply: undefined,
      notice: { content: 'The assistant gave no reply.' },
    });
    await storeAndPush(message('user', 'Another question.'));
    expect(view().notice).toBeUndefined();
  });
});

describe('the connection', () => {
  it('has the time of the next attempt', async () => {
    const { mount, acceptConnection, connection, settle, view } = createTestBackend();
    mount();
    await acceptConnection();
    expect(view().connection).toEqual({ state: 'open' });
    connection().drop(1012, 'Stopping.');
    await settle();
    expect(view().connection).toEqual({
      state: 'waiting',
      code: 1012,
      reason: 'Stopping.',
      retryAt: Date.now() + 500,
    });
  });

  it('reports how long a rate limit lasts', async () => {
    const { mount, acceptConnection, receive, view } = createTestBackend();
    mount();
    await acceptConnection();
    await receive(status({ event: 'rate_limited', retryAfterMs: 3000 }));
    expect(view().rateLimitedUntil).toBe(Date.now() + 3000);
    await vi.advanceTimersByTimeAsync(3000);
    expect(view().rateLimitedUntil).toBeUndefined();
  });

  it('that was closed permanently reopens on request', async () => {
    const { store, stored, mount, acceptConnection, connection, settle, contents, view, sockets } =
      createTestBackend();
    stored.push(message('user', 'One'));
    mount();
    await acceptConnection();
    connection().drop(4403, 'Not allowed.');
    await settle();
    expect(view().connection).toMatchObject({ state: 'closed', code: 4403 });
    stored.push(message('user', 'Two'));
    store.reconnect();
    expect(view().connection.state).toBe('connecting');
    await acceptConnection();
    expect(sockets).toHaveLength(2);
    expect(contents()).toEqual(['One', 'Two']);
  });

  it('of a closed client is closed, with an error', async () => {
    const { client, store, mount, view } = createTestBackend();
    await client.close();
    mount();
    expect(isChatError(view().connection.error, 'client_closed')).toBe(true);
    expect(view()).toMatchObject({
      connection: { state: 'closed' },
      history: { isLoading: false },
    });
    await expect(store.send('Hello')).rejects.toMatchObject({ code: 'not_sent' });
  });
});

describe('components', () => {
  it('that close their client in a cleanup and remount receive an error with the fix', async () => {
    const { client, store, mount, acceptConnection, view } = createTestBackend();
    const unmount = mount();
    await acceptConnection();
    unmount();
    await client.close();
    mount();
    expect(view().connection.state).toBe('closed');
    const error = view().connection.error;
    expect(isChatError(error, 'client_closed') && error.message).toMatch(
      /call logout\(\) instead, or create the client outside of components/,
    );
    await expect(store.send('Hello')).rejects.toMatchObject({ code: 'not_sent', cause: error });
  });

  it('that remount at once, as under StrictMode, open one socket and lose nothing', async () => {
    const { store, mount, acceptConnection, outgoing, sockets, connection } = createTestBackend();
    const unmount = mount();
    void store.send('Sent before the second mount');
    unmount();
    mount();
    await acceptConnection();
    expect(sockets).toHaveLength(1);
    expect(outgoing()).toHaveLength(1);
    expect(connection().contents).toEqual(['Sent before the second mount']);
  });

  // The version of React determines whether a parent's cleanup runs before or after its child's.
  it.each(['before', 'after'])(
    'that remount at once start again if the client was logged out %s the unmount',
    async (when) => {
      const { client, store, stored, mount, acceptConnection, settle, contents, view, connection } =
        createTestBackend();
      stored.push(message('user', 'One'));
      const unmount = mount();
      await acceptConnection();
      if (when === 'before') void client.logout().catch(() => {});
      unmount();
      if (when === 'after') void client.logout().catch(() => {});
      mount();
      expect(view()).toMatchObject({ messages: [], connection: { state: 'connecting' } });
      await settle();
      void store.send('Still there?');
      await acceptConnection();
      expect(contents()).toEqual(['One']);
      expect(connection().contents).toEqual(['Still there?']);
    },
  );

  it('that replace another one do not reopen a permanently closed socket', async () => {
    const { mount, acceptConnection, connection, settle, sockets, view } = createTestBackend();
    const unmount = mount();
    await acceptConnection();
    connection().drop(4403, 'Not allowed.');
    await settle();
    unmount();
    mount();
    await settle();
    expect(view().connection).toMatchObject({ state: 'closed', code: 4403 });
    expect(sockets).toHaveLength(1);
  });

  it('share the store of their client', async () => {
    const { client, store, mount, acceptConnection, sockets } = createTestBackend();
    expect(createChatStore(client, { stream: false })).toBe(store);
    const unmount = mount();
    mount();
    await acceptConnection();
    unmount();
    await acceptConnection();
    expect(sockets).toHaveLength(1);
    expect(store.getSnapshot().connection.state).toBe('open');
  });

  it('close the socket when the last one unmounts, and load again on a new mount', async () => {
    const { stored, mount, acceptConnection, settle, connection, contents, view } =
      createTestBackend();
    stored.push(message('user', 'One'));
    const unmount = mount();
    await acceptConnection();
    unmount();
    await settle();
    expect(connection().closedWith).toBe(1000);
    expect(contents()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    stored.push(message('user', 'Two'));
    mount();
    expect(view().connection.state).toBe('connecting');
    await acceptConnection();
    expect(contents()).toEqual(['One', 'Two']);
  });
});

describe('a logout', () => {
  it('empties the conversation and shows it; a login opens it again', async () => {
    const { client, stored, mount, acceptConnection, contents, view, settle } = createTestBackend();
    stored.push(message('user', 'Secret'));
    const subscriber = vi.fn();
    mount(subscriber);
    await acceptConnection();
    expect(contents()).toEqual(['Secret']);
    subscriber.mockClear();
    const loggedOut = client.logout().catch(() => {});
    await settle();
    await loggedOut;
    expect(contents()).toEqual([]);
    expect(view().connection.state).toBe('closed');
    expect(subscriber).toHaveBeenCalled();

    await client.login();
    await acceptConnection();
    expect(view().connection.state).toBe('open');
    expect(contents()).toEqual(['Secret']);
  });
});
