import type { BadRequestError, ChatReply } from '@chat/client';
import { expect } from 'vitest';
import { rejectionOf } from '../promises.js';
import { expected, type Scenario } from '../scenario.js';
import type { Target } from '../target.js';

/** `chat.send` and its extensions. */
export function chatSend(scenario: Scenario, { proxy }: Target): void {
  scenario('send() resolves with the reply and the whole session, oldest first', async (env) => {
    const client = env.client();
    await client.chat.send('One');
    const reply = await client.chat.send('Two');
    expect(reply.response).toBe('re: Two');
    expect(contents(reply)).toEqual(['One', 're: One', 'Two', 're: Two']);
    for (const { timestamp } of reply.messages) {
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
    }
  });

  scenario(
    'messages have an id, a session and a status if the backend supports them',
    async (env) => {
      const { messages } = await env.client().chat.send('Hello');
      const known = { id: expect.any(String), sessionId: expect.any(String), status: 'delivered' };
      const core = { content: 'Hello', role: 'user', timestamp: expect.any(String) };
      expect(messages[0]).toEqual(
        expected(env.supports.identity, { extension: { ...core, ...known }, coreOnly: core }),
      );
    },
  );

  scenario('a reply names its question if the backend supports it', async (env) => {
    const client = env.client();
    await client.chat.send('One');
    await client.chat.send('Two');
    const { messages } = await client.chat.history();
    const contentOf = (id: string | undefined) =>
      messages.find((message) => id !== undefined && message.id === id)?.content;
    expect(messages.map(({ content, replyTo }) => [content, contentOf(replyTo)])).toEqual([
      ['re: Two', expected(env.supports.replyTo, { extension: 'Two', coreOnly: undefined })],
      ['Two', undefined],
      ['re: One', expected(env.supports.replyTo, { extension: 'One', coreOnly: undefined })],
      ['One', undefined],
    ]);
  });

  scenario(
    'return: minimal returns the two new messages, or all if it is not supported',
    async (env) => {
      const client = env.client();
      await client.chat.send('One');
      const reply = await client.chat.send('Two', { return: 'minimal' });
      expect(reply.response).toBe('re: Two');
      expect(contents(reply)).toEqual(
        expected(env.supports.minimalResponses, {
          extension: ['Two', 're: Two'],
          coreOnly: ['One', 're: One', 'Two', 're: Two'],
        }),
      );
    },
  );

  scenario('an idempotency key makes a repeat safe if the backend supports it', async (env) => {
    const client = env.client();
    const key = { idempotencyKey: 'order-4711' };
    const first = await client.chat.send('Once', key);
    const second = await client.chat.send('Once', key);
    expect(second.response).toBe(first.response);
    expect(await env.storedMessages()).toHaveLength(
      expected(env.supports.idempotency, { extension: 2, coreOnly: 4 }),
    );
  });

  scenario('stores two identical messages', async (env) => {
    const client = env.client();
    await Promise.all([client.chat.send('ok'), client.chat.send('ok')]);
    const turn = ['user: ok', 'assistant: re: ok'];
    expect(await env.storedMessages()).toEqual([...turn, ...turn]);
  });

  scenario('answers concurrent messages one after the other', async (env) => {
    const client = env.client();
    const contents = ['a', 'b', 'c', 'd', 'e', 'f'];
    const replies = await Promise.all(contents.map((content) => client.chat.send(content)));
    expect(replies.map(({ response }) => response)).toEqual(
      contents.map((content) => `re: ${content}`),
    );
    const stored = await env.storedMessages();
    for (let turn = 0; turn < stored.length; turn += 2) {
      expect(stored[turn + 1]).toBe(stored[turn]?.replace('user: ', 'assistant: re: '));
    }
    expect(stored).toHaveLength(12);
  });

  scenario('every script, emoji and space is returned unchanged', async (env) => {
    const client = env.client();
    const content = '  שלום, 世界 👩🏽‍💻\n\tif (a < b && "c") { e\u0301 }\u2028 ';
    const reply = await client.chat.send(content);
    expect(contents(reply)).toEqual([content, `re: ${content}`]);
    expect((await client.chat.history()).messages[1]?.content).toBe(content);
  });

  // A proxy may reject it with its own response.
  if (proxy !== undefined) return;

  for (const [kind, message] of [
    ['empty', ''],
    ['too long', 'x'.repeat(8001)],
  ] as const) {
    scenario(`rejects a message that is ${kind} with an error detail`, async (env) => {
      const error = await rejectionOf<BadRequestError>(env.client().chat.send(message));
      expect(error).toMatchObject({ code: 'bad_request', status: 400, attempts: 1 });
      expect(error.detail).toMatch(/\w+ \w+/);
      expect(await env.storedMessages()).toEqual([]);
    });
  }
}

function contents({ messages }: ChatReply): string[] {
  return messages.map(({ content }) => content);
}
