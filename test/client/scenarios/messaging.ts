import type { SocketEvent } from '@chat/client';
import { expect } from 'vitest';
import { rejectionOf } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';
import { connect, connectUntilOpen, record } from '../socket-recorder.js';

/** A conversation on a reliable connection. */
export function messaging(scenario: Scenario): void {
  scenario('a socket logs in and opens by itself', async (env) => {
    const { socket, waitForState, states, reconnects } = connect(env);
    expect(socket.state).toBe('connecting');
    await waitForState('open');
    expect(states.at(-1)).toEqual({ state: 'open' });
    expect(reconnects()).toBe(0);
    expect(env.requestCount('login')).toBe(1);
  });

  scenario('send() resolves with the stored message', async (env) => {
    const { socket } = connect(env);
    const sent = await socket.send('Hello');
    expect(sent).toMatchObject({ role: 'user', content: 'Hello' });
    expect(new Date(sent.timestamp).toISOString()).toBe(sent.timestamp);
    expect((await env.storedMessages())[0]).toBe('user: Hello');
    expect(sent.id).toEqual(
      expected(env.supports.identity, { extension: expect.any(String), coreOnly: undefined }),
    );
  });

  scenario('ask() resolves with the reply to its question', async (env) => {
    const { socket } = connect(env);
    const replies = await Promise.all([socket.ask('One?'), socket.ask('Two?'), socket.ask('One?')]);
    expect(replies.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'assistant: re: One?',
      'assistant: re: Two?',
      'assistant: re: One?',
    ]);
  });

  scenario('sends messages in the order of the calls', async (env) => {
    const { socket } = connect(env);
    const contents = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(contents.map((content) => socket.send(content)));
    const userMessages = (await env.storedMessages()).filter((message) =>
      message.startsWith('user: '),
    );
    expect(userMessages).toEqual(contents.map((content) => `user: ${content}`));
  });

  scenario('sockets and REST share one conversation in one order', async (env) => {
    const client = env.client();
    const one = await connectUntilOpen(env, {}, client);
    const two = await connectUntilOpen(env);
    await Promise.all([
      one.socket.ask('from one'),
      two.socket.ask('from two'),
      client.chat.send('over REST'),
      one.socket.ask('from one again'),
    ]);
    const stored = await env.storedMessages();
    expect(stored).toHaveLength(8);
    for (const { waitFor, messages } of [one, two]) {
      await waitFor(() => messages.length === 8);
      expect(messages).toEqual(stored);
    }
  });

  scenario('delivers two identical messages', async (env) => {
    const { socket, waitFor, messages } = await connectUntilOpen(env);
    await Promise.all([socket.send('ok'), socket.send('ok')]);
    await waitFor(() => messages.length === 4);
    const turn = ['user: ok', 'assistant: re: ok'];
    expect(messages).toEqual([...turn, ...turn]);
    expect(await env.storedMessages()).toEqual(messages);
  });

  scenario('every script, emoji and space arrives unchanged', async (env) => {
    const content = '  שלום, 世界 👩🏽‍💻\n\tif (a < b && "c") { e\u0301 }\u2028 ';
    const { socket } = connect(env);
    expect((await socket.ask(content)).content).toBe(`re: ${content}`);
  });

  scenario('rejects invalid content before sending it', async (env) => {
    const { socket } = connect(env);
    for (const content of ['', ' \n', 'NUL \0', 'half \ud83d']) {
      const error = await rejectionOf(socket.send(content));
      expect(error).toMatchObject({ code: 'not_sent', reason: 'rejected', content });
    }
    await socket.ask('And now?');
    expect(await env.storedMessages()).toHaveLength(2);
  });

  scenario('reports a message that is too long for the backend', async (env) => {
    const ttl = expected(env.supports.acknowledgement, { extension: 60_000, coreOnly: 1500 });
    const { socket, waitForEvent } = await connectUntilOpen(env, { queue: { ttlMs: ttl } });
    const content = 'x'.repeat(8001);
    const error = await rejectionOf(socket.send(content));
    // The error status of a core-only backend does not name the message.
    expect(error).toMatchObject(
      expected(env.supports.acknowledgement, {
        extension: { code: 'not_sent', reason: 'rejected', content },
        coreOnly: { code: 'outcome_unknown', content },
      }),
    );
    expect((await waitForEvent('status')).content).toMatch(/\w+ \w+/);
    expect((await socket.ask('Shorter?')).content).toBe('re: Shorter?');
    expect(await env.storedMessages()).toHaveLength(2);
  });

  scenario('a loop over the socket yields every message until it is closed', async (env) => {
    const socket = env.client().connect();
    const seen: string[] = [];
    const loop = (async () => {
      for await (const event of socket) noteMessage(event, seen);
    })();
    await socket.ask('One');
    await socket.ask('Two');
    socket.close();
    await loop;
    expect(seen).toEqual(await env.storedMessages());
  });

  scenario('closes at the end of an `await using` block', async (env) => {
    const client = env.client();
    const recorder = await (async () => {
      await using socket = client.connect();
      const seen = record(socket);
      await socket.ask('Hello');
      return seen;
    })();
    expect(recorder.states.at(-1)).toMatchObject({ state: 'closed', code: 1000 });
  });

  scenario(
    'logs the error of a listener, and other listeners still receive events',
    async (env) => {
      const warnings: string[] = [];
      const noop = () => {};
      const warn = (text: string) => void warnings.push(text);
      const client = env.client({ logger: { debug: noop, info: noop, warn, error: warn } });
      const socket = client.connect();
      for (const name of ['message', 'state', 'status'] as const) {
        socket.on(name, () => {
          throw new Error('A listener of the application is broken.');
        });
      }
      const { messages, waitFor } = record(socket);
      await socket.ask('Hello');
      await waitFor(() => messages.length === 2);
      expect(warnings.length).toBeGreaterThan(0);
    },
  );

  scenario('does not call a removed listener', async (env) => {
    const { socket } = await connectUntilOpen(env);
    const received: string[] = [];
    const listener = ({ content }: { content: string }) => void received.push(content);
    const stop = socket.on('message', (message) => received.push(message.content));
    socket.on('message', listener);
    stop();
    socket.off('message', listener);
    await socket.ask('Anybody?');
    expect(received).toEqual([]);
  });
}

function noteMessage({ type, data }: SocketEvent, seen: string[]): void {
  if (type === 'message') seen.push(`${data.role}: ${data.content}`);
}
