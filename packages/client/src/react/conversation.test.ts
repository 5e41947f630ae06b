import { describe, expect, it, vi } from 'vitest';
import { isChatError } from '../errors/is-chat-error.js';
import { bare, frame, message, status } from '../socket/testing/harness.js';
import { conversationOf } from './conversation-of.js';
import { greeting, stage } from './testing/stage.js';

describe('a conversation', () => {
  it('shows the newest page of the history, then what the line brings', async () => {
    const { stored, enter, greet, tell, contents, view } = stage();
    stored.push(message('user', 'One'), message('assistant', 'Two'));
    enter();
    expect(view().history).toEqual({ hasOlder: false, isLoading: true });
    await greet();
    expect(contents()).toEqual(['One', 'Two']);
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
    await tell(message('assistant', 'Three'));
    expect(contents()).toEqual(['One', 'Two', 'Three']);
    expect(new Set(view().messages.map(({ key }) => key)).size).toBe(3);
  });

  it.each([
    ['with ids', message],
    ['without ids', bare],
  ])('shows once what both the line and the history bring, %s', async (_, make) => {
    const { stored, enter, greet, tell, receive, contents, reads } = stage();
    stored.push(make('user', 'Old'));
    const [first, second] = [make('user', 'First'), make('assistant', 'Second')];
    // While the page is on its way, the line brings one of them; the other one later.
    reads.mockImplementationOnce(async () => void stored.push(first, second));
    enter();
    await greet();
    await receive(frame(first));
    await receive(frame(second));
    expect(contents()).toEqual(['Old', 'First', 'Second']);
    await tell(make('user', 'Third', 'later' as never));
    expect(contents()).toEqual(['Old', 'First', 'Second', 'Third']);
  });

  it('keeps what the line brought while the page was on its way', async () => {
    const { stored, enter, greet, line, settle, contents, reads } = stage();
    stored.push(message('user', 'Old'));
    const early = message('user', 'Early');
    const late = message('assistant', 'Late');
    reads.mockImplementationOnce(async () => {
      line().receive(frame(early));
      line().receive(frame(late));
      stored.push(early);
    });
    enter();
    await greet();
    await settle();
    expect(contents()).toEqual(['Old', 'Early', 'Late']);
  });

  it('shows the history while there is no line, and reads it again when there is one', async () => {
    const { stored, enter, greet, line, settle, contents, view } = stage();
    stored.push(message('user', 'One'));
    enter();
    await settle();
    line().drop(1013);
    await settle();
    expect(view().connection.state).toBe('waiting');
    expect(contents()).toEqual(['One']);
    stored.push(message('assistant', 'Meanwhile'));
    await vi.advanceTimersByTimeAsync(1000);
    await greet();
    expect(contents()).toEqual(['One', 'Meanwhile']);
  });

  it('pages back through a history that grows meanwhile, to its beginning', async () => {
    const { conversation, stored, enter, greet, tell, contents, view } = stage();
    for (let nth = 1; nth <= 120; nth += 1) stored.push(message('user', `Message ${nth}`));
    enter();
    await greet();
    expect(contents().at(0)).toBe('Message 71');
    expect(view().history.hasOlder).toBe(true);
    await tell(message('user', 'Message 121'));
    await tell(message('user', 'Message 122'));
    await conversation.loadOlder();
    await conversation.loadOlder();
    await conversation.loadOlder();
    expect(contents()).toEqual(Array.from({ length: 122 }, (_, nth) => `Message ${nth + 1}`));
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
  });

  it('tells why a page could not be read, and reads it when asked again', async () => {
    const { conversation, stored, enter, greet, contents, view, reads } = stage();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    enter();
    await greet();
    reads.mockRejectedValueOnce(new TypeError('The line broke.'));
    await conversation.loadOlder();
    expect(isChatError(view().history.error, 'connection_failed')).toBe(true);
    expect(contents()).toHaveLength(50);
    await conversation.loadOlder();
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
    expect(contents()).toHaveLength(60);
  });

  it('reads the newest page when asked again, where that failed, and then pages back', async () => {
    const { conversation, stored, enter, greet, tell, contents, view, reads } = stage();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    reads.mockRejectedValueOnce(new TypeError('The line broke.'));
    enter();
    await greet();
    expect(view().history).toMatchObject({ hasOlder: true, isLoading: false });
    await tell(message('user', 'Message 61'));
    await conversation.loadOlder();
    expect([contents().at(0), contents().at(-1)]).toEqual(['Message 12', 'Message 61']);
    await conversation.loadOlder();
    expect(contents()).toHaveLength(61);
    expect(view().history).toEqual({ hasOlder: false, isLoading: false });
  });

  it('pages back while there is no line', async () => {
    const { conversation, stored, enter, line, settle, contents } = stage();
    for (let nth = 1; nth <= 60; nth += 1) stored.push(message('user', `Message ${nth}`));
    enter();
    await settle();
    line().drop(1013);
    await settle();
    await conversation.loadOlder();
    expect(contents()).toHaveLength(60);
  });

  it('begins anew with the newest page when a gap was too large to be filled', async () => {
    const { stored, enter, greet, line, settle, contents, view } = stage({
      recover: { maxMessages: 10 },
    });
    stored.push(message('user', 'Before'));
    enter();
    await greet();
    line().drop(1012);
    for (let nth = 1; nth <= 80; nth += 1) stored.push(message('user', `Missed ${nth}`));
    await vi.advanceTimersByTimeAsync(1000);
    await greet();
    await settle();
    expect(contents()).toEqual(Array.from({ length: 50 }, (_, nth) => `Missed ${nth + 31}`));
    expect(view().history.hasOlder).toBe(true);
  });
});

describe('what is said', () => {
  it('is shown at once, and never in two places', async () => {
    const { conversation, enter, greet, line, settle, view } = stage();
    const seen: string[] = [];
    enter(() => {
      queueMicrotask(() =>
        seen.push([...view().messages, ...view().outgoing].map(({ content }) => content).join()),
      );
    });
    await greet();
    seen.length = 0;
    const sent = conversation.send('Hello');
    expect(view().outgoing).toMatchObject([{ content: 'Hello', state: 'sending' }]);
    await settle();
    const { id } = line().sent[0]!;
    line().receive(frame(message('user', 'Hello', { clientId: id })));
    expect((await sent).content).toBe('Hello');
    await settle();
    expect(view().outgoing).toEqual([]);
    expect(view().messages).toHaveLength(1);
    expect(new Set(seen)).toEqual(new Set(['Hello']));
  });

  it('waits while there is no line', async () => {
    const { conversation, enter, greet, line, said } = stage();
    enter();
    void conversation.send('First');
    void conversation.send('Second');
    expect(said()).toEqual([
      ['First', 'sending'],
      ['Second', 'sending'],
    ]);
    await greet();
    expect(line().contents).toEqual(['First', 'Second']);
  });

  it('stays when it failed, to be said again or forgotten', async () => {
    const { conversation, enter, greet, line, receive, said, view } = stage();
    enter();
    await greet();
    for (const content of ['One', 'Two']) {
      void conversation.send(content);
      const { id } = line().sent.at(-1)!;
      await receive(status({ event: 'error', content: 'The content is too long.', id }));
    }
    const [one, two] = view().outgoing;
    expect(said()).toEqual([
      ['One', 'failed'],
      ['Two', 'failed'],
    ]);
    expect(isChatError(one?.error, 'not_sent')).toBe(true);
    conversation.discard(one!.key);
    conversation.retry(two!.key);
    expect(said()).toEqual([['Two', 'sending']]);
    expect(line().contents).toEqual(['One', 'Two', 'Two']);
  });

  it('stays until it is shown when a gap has to be filled first', async () => {
    const { conversation, stored, enter, greet, line, settle, contents, said, reads } = stage();
    enter();
    await greet();
    line().drop(1012);
    void conversation.send('Mine');
    stored.push(message('assistant', 'Missed'));
    await vi.advanceTimersByTimeAsync(1000);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    reads.mockReturnValueOnce(answered);
    line().open();
    line().receive(greeting);
    await settle();
    const mine = message('user', 'Mine', { clientId: line().sent.at(-1)!.id });
    stored.push(mine);
    line().receive(frame(mine));
    await settle();
    expect([contents(), said()]).toEqual([[], [['Mine', 'sending']]]);
    answer();
    await settle();
    expect(contents()).toEqual(['Missed', 'Mine']);
    expect(said()).toEqual([]);
  });

  it('is refused when no component shows the conversation', async () => {
    const { conversation } = stage();
    await expect(conversation.send('Hello')).rejects.toMatchObject({ code: 'not_sent' });
  });
});

describe('a reply', () => {
  const delta = (content: string, id = 'r1') => status({ event: 'delta', content, id });

  it('is shown from the first thought to the stored message', async () => {
    const { enter, greet, receive, tell, view } = stage();
    enter();
    await greet();
    await receive(status({ event: 'typing' }));
    expect(view().reply?.content).toBe('');
    await receive(delta('Good '));
    await receive(delta('morning.'));
    expect(view().reply).toEqual({ key: 'r1', content: 'Good morning.' });
    await tell(message('assistant', 'Good morning.', { id: 'r1' }));
    expect(view().reply).toBeUndefined();
    expect(view().messages.at(-1)).toMatchObject({ key: 'r1', content: 'Good morning.' });
  });

  it('is not shown in fragments after the line broke in the midst of it', async () => {
    const { enter, greet, receive, line, view } = stage();
    enter();
    await greet();
    await receive(delta('Good '));
    line().drop(1012);
    expect(view().reply).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1000);
    await greet();
    await receive(delta('morning.'));
    expect(view().reply?.content).toBe('');
    await receive(delta('Another', 'r2'));
    expect(view().reply?.content).toBe('Another');
  });

  it('that will not come is told of, until the next message', async () => {
    const { enter, greet, receive, tell, view } = stage();
    enter();
    await greet();
    await receive(status({ event: 'typing' }));
    await receive(status({ event: 'error', content: 'The assistant gave no reply.' }));
    expect(view()).toMatchObject({
      reply: undefined,
      notice: { content: 'The assistant gave no reply.' },
    });
    await tell(message('user', 'Then I ask again.'));
    expect(view().notice).toBeUndefined();
  });
});

describe('the line', () => {
  it('is told of with when it is tried again', async () => {
    const { enter, greet, line, settle, view } = stage();
    enter();
    await greet();
    expect(view().connection).toEqual({ state: 'open' });
    line().drop(1012, 'Stopping.');
    await settle();
    expect(view().connection).toEqual({
      state: 'waiting',
      code: 1012,
      reason: 'Stopping.',
      retryAt: Date.now() + 500,
    });
  });

  it('tells how long sending is held after a limit notice', async () => {
    const { enter, greet, receive, view } = stage();
    enter();
    await greet();
    await receive(status({ event: 'rate_limited', retryAfterMs: 3000 }));
    expect(view().heldUntil).toBe(Date.now() + 3000);
    await vi.advanceTimersByTimeAsync(3000);
    expect(view().heldUntil).toBeUndefined();
  });

  it('that was closed for good begins anew when it is asked to', async () => {
    const { conversation, stored, enter, greet, line, settle, contents, view, dials } = stage();
    stored.push(message('user', 'One'));
    enter();
    await greet();
    line().drop(4403, 'Not allowed.');
    await settle();
    expect(view().connection).toMatchObject({ state: 'closed', code: 4403 });
    stored.push(message('user', 'Two'));
    conversation.reconnect();
    expect(view().connection.state).toBe('connecting');
    await greet();
    expect(dials).toHaveLength(2);
    expect(contents()).toEqual(['One', 'Two']);
  });

  it('of a client that was closed is closed, and says why', async () => {
    const { client, conversation, enter, view } = stage();
    await client.close();
    enter();
    expect(isChatError(view().connection.error, 'client_closed')).toBe(true);
    expect(view()).toMatchObject({
      connection: { state: 'closed' },
      history: { isLoading: false },
    });
    await expect(conversation.send('Hello')).rejects.toMatchObject({ code: 'not_sent' });
  });
});

describe('components', () => {
  it('that come and go at once, as under StrictMode, open one line and lose nothing', async () => {
    const { conversation, enter, greet, said, dials, line } = stage();
    const leave = enter();
    void conversation.send('Said before the second mount');
    leave();
    enter();
    await greet();
    expect(dials).toHaveLength(1);
    expect(said()).toHaveLength(1);
    expect(line().contents).toEqual(['Said before the second mount']);
  });

  // React runs the clean-up of a parent before or after its child's, by its version.
  it.each(['before', 'after'])(
    'that come back at once begin anew where the client was logged out %s they left',
    async (when) => {
      const { client, conversation, stored, enter, greet, settle, contents, view, line } = stage();
      stored.push(message('user', 'One'));
      const leave = enter();
      await greet();
      if (when === 'before') void client.logout().catch(() => {});
      leave();
      if (when === 'after') void client.logout().catch(() => {});
      enter();
      expect(view()).toMatchObject({ messages: [], connection: { state: 'connecting' } });
      await settle();
      void conversation.send('Still there?');
      await greet();
      expect(contents()).toEqual(['One']);
      expect(line().contents).toEqual(['Still there?']);
    },
  );

  it('that take the place of another leave a line alone that the backend closed for good', async () => {
    const { enter, greet, line, settle, dials, view } = stage();
    const leave = enter();
    await greet();
    line().drop(4403, 'Not allowed.');
    await settle();
    leave();
    enter();
    await settle();
    expect(view().connection).toMatchObject({ state: 'closed', code: 4403 });
    expect(dials).toHaveLength(1);
  });

  it('share the conversation of their client', async () => {
    const { client, conversation, enter, greet, dials } = stage();
    expect(conversationOf(client, { stream: false })).toBe(conversation);
    const leave = enter();
    enter();
    await greet();
    leave();
    await greet();
    expect(dials).toHaveLength(1);
    expect(conversation.view().connection.state).toBe('open');
  });

  it('leave nothing behind when the last is gone, and find it again when one comes back', async () => {
    const { stored, enter, greet, settle, line, contents, view } = stage();
    stored.push(message('user', 'One'));
    const leave = enter();
    await greet();
    leave();
    await settle();
    expect(line().closedWith).toBe(1000);
    expect(contents()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    stored.push(message('user', 'Two'));
    enter();
    expect(view().connection.state).toBe('connecting');
    await greet();
    expect(contents()).toEqual(['One', 'Two']);
  });
});
