import type { UIMessage, UIMessageChunk } from 'ai';
import { describe, expect, it } from 'vitest';
import { ChatClient } from '../client.js';
import { errorOf } from '../testing/error-of.js';
import { jwt } from '../testing/jwt.js';
import { MemoryStorage } from '../testing/memory-storage.js';
import { type Script, ScriptedServer } from '../testing/scripted-server.js';
import { aiSdkTransport, toUIMessages } from './index.js';
import { toUIChunks } from './ui-chunks.js';

const timestamp = '2026-01-01T00:00:00.000Z';
const question = (text: string, id = 'ui-1'): UIMessage => ({
  id,
  role: 'user',
  parts: [{ type: 'text', text }],
});

async function read(stream: ReadableStream<UIMessageChunk> | null) {
  const chunks: UIMessageChunk[] = [];
  const reader = stream?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (next?.value === undefined) return chunks;
    chunks.push(next.value);
  }
}

/** A backend that responds with the whole reply; with ids if `ids`. */
function replies(ids: boolean, extensions?: string): Script {
  return ({ body }) => {
    const { message } = body as { message: string };
    const of = (role: string, content: string, id: string) => ({
      role,
      content,
      timestamp,
      ...(ids && { id }),
    });
    const messages = [of('user', message, 'q1'), of('assistant', `You said ${message}`, 'r1')];
    return {
      headers: extensions ? { 'chat-extensions': extensions } : {},
      body: { response: `You said ${message}`, messages },
    };
  };
}

const send = (
  transport: ReturnType<typeof aiSdkTransport>,
  messages: UIMessage[],
  trigger: 'submit-message' | 'regenerate-message' = 'submit-message',
) =>
  transport.sendMessages({
    trigger,
    chatId: 'main',
    messageId: undefined,
    messages,
    abortSignal: undefined,
  });

describe('a backend without streaming', () => {
  it.each([true, false])('sends the reply as one delta (with ids: %j)', async (ids) => {
    await using server = await ScriptedServer.start(replies(ids));
    const transport = aiSdkTransport(new ChatClient({ baseUrl: server.url, token: 't' }));
    const id = ids ? 'r1' : 'text';
    expect(await read(await send(transport, [question('Hello')]))).toEqual([
      { type: 'start', ...(ids && { messageId: 'r1' }) },
      { type: 'text-start', id },
      { type: 'text-delta', id, delta: 'You said Hello' },
      { type: 'text-end', id },
      { type: 'finish' },
    ]);
    expect(server.requests.map(({ body }) => body)).toEqual([{ message: 'Hello' }]);
  });

  it('fails with the error of the client', async () => {
    await using server = await ScriptedServer.start(() => ({
      status: 400,
      body: { detail: 'The content is too long.' },
    }));
    const transport = aiSdkTransport(new ChatClient({ baseUrl: server.url, token: 't' }));
    const chunks = await send(transport, [question('Hello')]);
    expect(await errorOf(read(chunks))).toMatchObject({ code: 'bad_request' });
  });
});

it('sends another reply, which a retry got, as a text of its own', async () => {
  const deltas = [
    { id: 'r1', offset: 0, content: 'The answer is 4' },
    { id: 'r2', offset: 0, content: 'Five.' },
  ];
  const stream = {
    reply: new Promise<never>(() => {}),
    async *[Symbol.asyncIterator]() {
      yield* deltas;
    },
  };
  expect(await read(toUIChunks(stream))).toEqual([
    { type: 'start', messageId: 'r1' },
    { type: 'text-start', id: 'r1' },
    { type: 'text-delta', id: 'r1', delta: 'The answer is 4' },
    { type: 'text-end', id: 'r1' },
    { type: 'start', messageId: 'r2' },
    { type: 'text-start', id: 'r2' },
    { type: 'text-delta', id: 'r2', delta: 'Five.' },
    { type: 'text-end', id: 'r2' },
    { type: 'finish' },
  ]);
});

it('rejects a message with a file', async () => {
  const transport = aiSdkTransport(new ChatClient({ baseUrl: 'https://chat.example.com' }));
  const message = question('Look');
  message.parts.push({ type: 'file', mediaType: 'image/png', url: 'data:,' });
  expect(await errorOf(send(transport, [message]))).toMatchObject({
    name: 'TypeError',
    message: 'A message can contain only text, and no files.',
  });
});

it('sends a message that failed again with the same key, and regenerates one that has a reply', async () => {
  await using server = await ScriptedServer.start(() => ({ status: 400, body: { detail: 'No.' } }));
  const transport = aiSdkTransport(new ChatClient({ baseUrl: server.url, token: 't' }));
  const messages = [question('Hello')];
  await errorOf(read(await send(transport, messages)));
  server.script(replies(true, 'idempotency, regenerate'));
  await read(await send(transport, messages, 'regenerate-message'));
  const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual([expect.any(String), keys[0]]);
  server.script(() => replies(true)({ body: { message: 'again' } } as never));
  const chunks = await read(await send(transport, messages, 'regenerate-message'));
  expect(server.to('/chat/regenerate').map(({ body }) => body)).toEqual([{ messageId: 'q1' }]);
  expect(chunks).toContainEqual({ type: 'text-delta', id: 'r1', delta: 'You said again' });
});

describe('after a reload', () => {
  /** A page whose request never ends. */
  async function interrupted(server: ScriptedServer, user: string) {
    const storage = new MemoryStorage();
    server.script(() => 'hang');
    const client = new ChatClient({ baseUrl: server.url, token: jwt({ sub: user }) });
    await send(aiSdkTransport(client, { storage }), [question('Hello')]);
    await expect.poll(() => server.to('/chat')).toHaveLength(1);
    server.script(replies(true, 'idempotency'));
    return { storage, client };
  }

  it('receives the reply in progress with the same key, and nothing when it is complete', async () => {
    await using server = await ScriptedServer.start(() => 'hang');
    const { storage, client } = await interrupted(server, 'ada');
    const again = new ChatClient({ baseUrl: server.url, token: jwt({ sub: 'ada' }) });
    const transport = aiSdkTransport(again, { storage });
    const chunks = await read(await transport.reconnectToStream({ chatId: 'main' }));
    expect(chunks).toContainEqual({ type: 'text-delta', id: 'r1', delta: 'You said Hello' });
    const keys = server.to('/chat').map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([expect.any(String), keys[0]]);
    expect(await transport.reconnectToStream({ chatId: 'main' })).toBeNull();
    await client.close();
  });

  it('never sends the message of another user', async () => {
    await using server = await ScriptedServer.start(() => 'hang');
    const { storage, client } = await interrupted(server, 'ada');
    const bob = new ChatClient({ baseUrl: server.url, token: jwt({ sub: 'bob' }) });
    const transport = aiSdkTransport(bob, { storage });
    expect(await transport.reconnectToStream({ chatId: 'main' })).toBeNull();
    expect(server.to('/chat')).toHaveLength(1);
    await client.close();
  });
});

it('converts messages of the backend, with any role', () => {
  const messages = ['user', 'assistant', 'tool'].map((role, nth) => ({
    id: `m${nth}`,
    role,
    content: 'Hi',
    timestamp,
  }));
  expect(toUIMessages(messages).map(({ id, role }) => [id, role])).toEqual([
    ['m0', 'user'],
    ['m1', 'assistant'],
    ['m2', 'assistant'],
  ]);
});
