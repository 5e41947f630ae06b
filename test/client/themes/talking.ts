import type { SocketEvent } from '@chat/client';
import { expect } from 'vitest';
import { failure } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';
import { connect, connected, watch } from '../witness.js';

/** A conversation over a socket on which nothing goes wrong. */
export function talking(scenario: Scenario): void {
  scenario('a socket logs in, dials and opens by itself', async (stage) => {
    const { socket, state, states, redials } = connect(stage);
    expect(socket.state).toBe('connecting');
    await state('open');
    expect(states.at(-1)).toEqual({ state: 'open' });
    expect(redials()).toBe(0);
    expect(stage.timesAsked('login')).toBe(1);
  });

  scenario('send() resolves with the message that the server has stored', async (stage) => {
    const { socket } = connect(stage);
    const sent = await socket.send('Hello');
    expect(sent).toMatchObject({ role: 'user', content: 'Hello' });
    expect(new Date(sent.timestamp).toISOString()).toBe(sent.timestamp);
    expect((await stage.stored())[0]).toBe('user: Hello');
    expect(sent.id).toEqual(
      expected(stage.can.identity, { extension: expect.any(String), coreOnly: undefined }),
    );
  });

  scenario('ask() resolves with the answer to that question', async (stage) => {
    const { socket } = connect(stage);
    const answers = await Promise.all([socket.ask('One?'), socket.ask('Two?'), socket.ask('One?')]);
    expect(answers.map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'assistant: re: One?',
      'assistant: re: Two?',
      'assistant: re: One?',
    ]);
  });

  scenario('messages leave in the order in which they were said', async (stage) => {
    const { socket } = connect(stage);
    const words = Array.from({ length: 30 }, (_, index) => `${index}`);
    await Promise.all(words.map((word) => socket.send(word)));
    const said = (await stage.stored()).filter((line) => line.startsWith('user: '));
    expect(said).toEqual(words.map((word) => `user: ${word}`));
  });

  scenario('all sockets and REST share one conversation, in one order', async (stage) => {
    const client = stage.client();
    const one = await connected(stage, {}, client);
    const two = await connected(stage);
    await Promise.all([
      one.socket.ask('from one'),
      two.socket.ask('from two'),
      client.chat.send('over REST'),
      one.socket.ask('from one again'),
    ]);
    const stored = await stage.stored();
    expect(stored).toHaveLength(8);
    for (const { until, shown } of [one, two]) {
      await until(() => shown.length === 8);
      expect(shown).toEqual(stored);
    }
  });

  scenario('two identical messages stay two', async (stage) => {
    const { socket, until, shown } = await connected(stage);
    await Promise.all([socket.send('ok'), socket.send('ok')]);
    await until(() => shown.length === 4);
    const turn = ['user: ok', 'assistant: re: ok'];
    expect(shown).toEqual([...turn, ...turn]);
    expect(await stage.stored()).toEqual(shown);
  });

  scenario('every script, emoji and space arrives as it was said', async (stage) => {
    const said = '  שלום, 世界 👩🏽‍💻\n\tif (a < b && "c") { e\u0301 }\u2028 ';
    const { socket } = connect(stage);
    expect((await socket.ask(said)).content).toBe(`re: ${said}`);
  });

  scenario('what can never be a message is refused before it leaves', async (stage) => {
    const { socket } = connect(stage);
    for (const content of ['', ' \n', 'NUL \0', 'half \ud83d']) {
      const error = await failure(socket.send(content));
      expect(error).toMatchObject({ code: 'not_sent', reason: 'refused', content });
    }
    await socket.ask('And now?');
    expect(await stage.stored()).toHaveLength(2);
  });

  scenario('a message that the backend finds too long', async (stage) => {
    const ttl = expected(stage.can.acknowledgement, { extension: 60_000, coreOnly: 1500 });
    const { socket, event } = await connected(stage, { queue: { ttlMs: ttl } });
    const content = 'x'.repeat(8001);
    const error = await failure(socket.send(content));
    // The refusal of a core-only backend does not say which message it means.
    expect(error).toMatchObject(
      expected(stage.can.acknowledgement, {
        extension: { code: 'not_sent', reason: 'refused', content },
        coreOnly: { code: 'outcome_unknown', content },
      }),
    );
    expect((await event('status')).content).toMatch(/\w+ \w+/);
    expect((await socket.ask('Shorter?')).content).toBe('re: Shorter?');
    expect(await stage.stored()).toHaveLength(2);
  });

  scenario('a loop over the socket sees every message, until it is closed', async (stage) => {
    const socket = stage.client().connect();
    const seen: string[] = [];
    const loop = (async () => {
      for await (const event of socket) note(event, seen);
    })();
    await socket.ask('One');
    await socket.ask('Two');
    socket.close();
    await loop;
    expect(seen).toEqual(await stage.stored());
  });

  scenario('a block with `await using` closes its socket at the end', async (stage) => {
    const client = stage.client();
    const witness = await (async () => {
      await using socket = client.connect();
      const seen = watch(socket);
      await socket.ask('Hello');
      return seen;
    })();
    expect(witness.states.at(-1)).toMatchObject({ state: 'closed', code: 1000 });
  });

  scenario('a listener that throws harms nobody, and is told of to the logger', async (stage) => {
    const warnings: string[] = [];
    const silent = () => {};
    const warn = (text: string) => void warnings.push(text);
    const client = stage.client({ logger: { debug: silent, info: silent, warn, error: warn } });
    const socket = client.connect();
    for (const name of ['message', 'state', 'status'] as const) {
      socket.on(name, () => {
        throw new Error('A listener of the application is broken.');
      });
    }
    const { shown, until } = watch(socket);
    await socket.ask('Hello');
    await until(() => shown.length === 2);
    expect(warnings.length).toBeGreaterThan(0);
  });

  scenario('a listener that was taken back is not called', async (stage) => {
    const { socket } = await connected(stage);
    const heard: string[] = [];
    const listen = ({ content }: { content: string }) => void heard.push(content);
    const stop = socket.on('message', (message) => heard.push(message.content));
    socket.on('message', listen);
    stop();
    socket.off('message', listen);
    await socket.ask('Anybody?');
    expect(heard).toEqual([]);
  });
}

function note({ type, data }: SocketEvent, seen: string[]): void {
  if (type === 'message') seen.push(`${data.role}: ${data.content}`);
}
