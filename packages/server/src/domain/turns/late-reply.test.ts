import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocketChat, flushTasks } from '../../../../../test/support/socket-chat.js';
import { scriptedAssistant } from '../../assistants/scripted-assistant.js';
import { openSqliteStore } from '../../stores/sqlite/sqlite-store.js';
import { heldAssistant } from '../../testing/held-assistant.js';
import { createTestChat, type TestUser } from '../../testing/test-chat.js';
import type { Store } from '../ports/store.js';

const key = { 'idempotency-key': 'k' };

interface TestMessage {
  readonly id: string;
  readonly role: string;
  readonly content: string;
  readonly replyTo?: string;
}

/** Each message, oldest first, with the content of the message in its replyTo. */
function pairs(messages: readonly TestMessage[]): [content: string, answers: string | undefined][] {
  const contentOf = new Map(messages.map(({ id, content }) => [id, content]));
  return messages.map(({ content, replyTo }) => [
    content,
    replyTo === undefined ? undefined : contentOf.get(replyTo),
  ]);
}

describe('a question whose server was killed before the reply', () => {
  let folder: string;
  let path: string;
  let store: Store;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chat-late-reply-'));
    path = join(folder, 'chat.db');
    store = await openSqliteStore({ path });
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  /** The killed server: the question is stored, and the assistant never replies. */
  async function startInterruptedTurn() {
    const assistant = heldAssistant();
    const chat = createTestChat({ store, assistant });
    const ada = await chat.login();
    void ada.send('Why?', key);
    await assistant.receivedRequests(1);
    return { token: ada.token, tokens: chat.dependencies.tokens };
  }

  const history = async (user: Pick<TestUser, 'call'>): Promise<TestMessage[]> =>
    (await user.call('history', { query: { order: 'asc' } })).body.messages;

  it('gets a late reply with its id in replyTo: in the response, in the history and after a restart', async () => {
    const { token, tokens } = await startInterruptedTurn();
    const assistant = scriptedAssistant(['Tomorrow.', 'Because.']);
    const chat = createTestChat({ store, tokens, assistant });
    const send = (message: string, headers = {}) =>
      chat.call('sendMessage', { token, headers, body: { message } });
    await send('When?');
    const late = await send('Why?', key);
    const expected = [
      ['Why?', undefined],
      ['When?', undefined],
      ['Tomorrow.', 'When?'],
      ['Because.', 'Why?'],
    ];
    expect(pairs(late.body.messages)).toEqual(expected);
    const framed = chat.frames().filter(({ type }) => type === 'message');
    const [why] = late.body.messages as TestMessage[];
    expect(framed.at(-1)?.data).toMatchObject({ content: 'Because.', replyTo: why?.id });
    const again = await send('Why?', key);
    expect(again.body).toEqual(late.body);

    await store.close();
    store = await openSqliteStore({ path });
    const restarted = createTestChat({ store, tokens });
    const call: TestUser['call'] = (route, given) => restarted.call(route, { token, ...given });
    expect(pairs(await history({ call }))).toEqual(expected);
    expect(await store.check()).toEqual([]);
  });
});

describe('the messages on a socket', () => {
  it('have replyTo for each reply, and not for messages without a question', async () => {
    const chat = createSocketChat({ assistant: scriptedAssistant(['Hi!']) });
    const token = await chat.login('ada');
    const peer = await chat.connect({ token });
    peer.sendFrame({ type: 'message', content: 'Hello', id: 'mine' });
    await flushTasks();
    const claims = await chat.parts.tokens.verify(token);
    await chat.api.pushMessage(claims!.sub, 'By the way');
    await flushTasks();
    const messages = peer.messages as unknown as TestMessage[];
    expect(pairs(messages)).toEqual([
      ['Hello', undefined],
      ['Hi!', 'Hello'],
      ['By the way', undefined],
    ]);
    expect(messages.map((message) => 'replyTo' in message)).toEqual([false, true, false]);
    expect(pairs(await chat.history(token))).toEqual(pairs(messages));
  });
});
