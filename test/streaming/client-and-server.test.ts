import { ChatClient, type ChatClientOptions, type ReplyStream } from '@chat/client';
import { createChatServer } from '@chat/server';
import { createTcpProxy, type TcpProxy } from '@chat/test-support';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PacedAssistant } from './paced-assistant.js';

const credentials = { username: 'ada', password: 's3cret' };
let assistant: PacedAssistant;
let network: TcpProxy;
let closeAll: (() => Promise<unknown>)[];

beforeEach(async () => {
  assistant = new PacedAssistant();
  const app = await createChatServer({ users: [credentials], assistant });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  network = await createTcpProxy({ target: Number(new URL(url).port) });
  closeAll = [() => network.close(), () => app.close()];
});
afterEach(async () => {
  for (const close of closeAll) await close();
});

function newClient(options: Partial<ChatClientOptions> = {}): ChatClient {
  const retry = { limit: 20, minDelayMs: 1, maxDelayMs: 10 };
  const client = new ChatClient({ baseUrl: network.url, credentials, retry, ...options });
  closeAll.unshift(() => client.close());
  return client;
}

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 5 });

/** Reads a stream in the background. */
function read(stream: ReplyStream) {
  const shown = { text: '', error: undefined as unknown, done: Promise.resolve() };
  const run = async () => {
    for await (const { content } of stream) shown.text += content;
  };
  shown.done = run().catch((error) => {
    shown.error = error;
  });
  return shown;
}

describe('chat.stream', () => {
  it('shows each delta while the model generates the reply', async () => {
    const stream = newClient().chat.stream('Hello');
    const shown = read(stream);
    for (const [chunk, text] of [
      ['Good ', 'Good '],
      ['morning 👋', 'Good morning 👋'],
      ['.', 'Good morning 👋.'],
    ] as const) {
      assistant.push(chunk);
      await eventually(() => expect(shown.text).toBe(text));
    }
    assistant.end();
    const { response, messages } = await stream.reply;
    expect(response).toBe('Good morning 👋.');
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('continues after the connection is cut, and the model is asked once', async () => {
    const stream = newClient().chat.stream('Hello');
    const shown = read(stream);
    for (const chunk of ['Good ', 'morning', ', ']) {
      const before = shown.text;
      assistant.push(chunk);
      await eventually(() => expect(shown.text).toBe(before + chunk));
      network.cut();
    }
    assistant.push('Ada.');
    assistant.end();
    expect((await stream.reply).response).toBe('Good morning, Ada.');
    await shown.done;
    expect(shown.text).toBe('Good morning, Ada.');
    expect(assistant.requests).toHaveLength(1);
    expect(network.accepted).toBeGreaterThan(3);
    expect((await newClient().chat.history()).pagination.total).toBe(2);
  });

  it('that is aborted stops the model, and what was shown is stored', async () => {
    const client = newClient();
    const controller = new AbortController();
    const stream = client.chat.stream('Hello', { signal: controller.signal });
    const shown = read(stream);
    assistant.push('Good ');
    await eventually(() => expect(shown.text).toBe('Good '));
    controller.abort();
    await shown.done;
    expect(shown.error).toMatchObject({ code: 'aborted' });
    await eventually(() => expect(assistant.requests[0]?.signal.aborted).toBe(true));
    await eventually(async () => {
      const { messages } = await client.chat.history();
      expect(messages[0]).toMatchObject({ role: 'assistant', content: 'Good ', stopped: true });
    });
  });

  it('that is aborted before the reply has text leaves the question without a reply', async () => {
    const client = newClient();
    const controller = new AbortController();
    const stream = client.chat.stream('Hello', { signal: controller.signal });
    await eventually(() => expect(assistant.requests).toHaveLength(1));
    controller.abort();
    await expect(stream.reply).rejects.toMatchObject({ code: 'aborted' });
    await eventually(() => expect(assistant.requests[0]?.signal.aborted).toBe(true));
    // The next turn starts after the end of the stopped one.
    const next = client.chat.send('And now?');
    assistant.push('Yes.');
    assistant.end();
    await next;
    const { messages } = await client.chat.history({ order: 'asc' });
    expect(messages.map(({ content }) => content)).toEqual(['Hello', 'And now?', 'Yes.']);
  });

  it('of another client goes on when its client is closed', async () => {
    const [first, second] = [newClient(), newClient()];
    const shown = read(first.chat.stream('Hello', { idempotencyKey: 'the-same' }));
    assistant.push('Good ');
    await eventually(() => expect(shown.text).toBe('Good '));
    await first.close();
    const again = second.chat.stream('Hello', { idempotencyKey: 'the-same' });
    const shownAgain = read(again);
    await eventually(() => expect(shownAgain.text).toBe('Good '));
    assistant.push('morning.');
    assistant.end();
    expect((await again.reply).response).toBe('Good morning.');
    expect(assistant.requests).toHaveLength(1);
  });
});

describe('a socket', () => {
  const watch = (client: ChatClient) => {
    const socket = client.connect({ stream: true, backoff: { minDelayMs: 10, maxDelayMs: 50 } });
    const shown = { text: '', message: '' };
    socket.on('delta', ({ content }) => {
      shown.text += content;
    });
    socket.on('message', ({ role, content }) => {
      if (role === 'assistant') shown.message = content;
    });
    return { socket, shown };
  };

  it('shows the text so far when it connects during a reply, and the rest after a reconnect', async () => {
    const first = watch(newClient());
    void first.socket.send('Hello');
    assistant.push('Good ');
    await eventually(() => expect(first.shown.text).toBe('Good '));
    const second = watch(newClient());
    await eventually(() => expect(second.shown.text).toBe('Good '));
    network.cut();
    assistant.push('morning');
    for (const { shown } of [first, second]) {
      await eventually(() => expect(shown.text).toBe('Good morning'));
    }
    assistant.push('.');
    assistant.end();
    for (const { shown } of [first, second]) {
      await eventually(() => expect(shown.message).toBe('Good morning.'));
      expect('Good morning.'.startsWith(shown.text)).toBe(true);
    }
  });

  it.each(['stop', 'abort'])(
    'ends the reply for all clients with %s, and resolves ask where it was not aborted',
    async (way) => {
      const { socket, shown } = watch(newClient());
      const other = watch(newClient());
      const controller = new AbortController();
      const reply = socket.ask('Hello', { signal: controller.signal });
      const outcome = reply.catch((error) => error);
      assistant.push('Good ');
      for (const each of [shown, other.shown]) {
        await eventually(() => expect(each.text).toBe('Good '));
      }
      if (way === 'stop') other.socket.stop();
      else controller.abort();
      expect(await outcome).toMatchObject(
        way === 'stop' ? { content: 'Good ', stopped: true } : { code: 'aborted' },
      );
      for (const each of [shown, other.shown]) {
        await eventually(() => expect(each.message).toBe('Good '));
      }
      expect(assistant.requests[0]?.signal.aborted).toBe(true);
    },
  );
});

it('regenerate adds a reply to the same question, and newSession starts a session', async () => {
  const client = newClient();
  const reply = async <T>(request: Promise<T>, text: string) => {
    assistant.push(text);
    assistant.end();
    return request;
  };
  const first = await reply(client.chat.send('Suggest a name.'), 'Ada');
  const [question, answer] = first.messages;
  const second = await reply(client.chat.regenerate(answer?.id ?? ''), 'Grace');
  expect(second.response).toBe('Grace');
  expect(second.messages.map(({ replyTo }) => replyTo)).toEqual([
    undefined,
    question?.id,
    question?.id,
  ]);
  const { id } = await client.chat.newSession();
  const { messages } = await reply(client.chat.send('Another one.'), 'Alan');
  expect(messages.map(({ sessionId }) => sessionId)).toEqual([id, id]);
  expect(await client.chat.stop()).toEqual({ stopped: false });
});
