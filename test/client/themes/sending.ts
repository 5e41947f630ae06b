import type { BadRequestError, ChatReply } from '@chat/client';
import { expect } from 'vitest';
import { failure } from '../outcome.js';
import { expected, type Scenario } from '../scenario.js';
import type { Target } from '../target.js';

/** `chat.send`, and the extensions around it. */
export function sending(scenario: Scenario, { through }: Target): void {
  scenario('send() brings the reply and the whole session, oldest first', async (stage) => {
    const client = stage.client();
    await client.chat.send('One');
    const reply = await client.chat.send('Two');
    expect(reply.response).toBe('re: Two');
    expect(contents(reply)).toEqual(['One', 're: One', 'Two', 're: Two']);
    for (const { timestamp } of reply.messages) {
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
    }
  });

  scenario(
    'messages have an id, a session and a status where the backend knows them',
    async (stage) => {
      const { messages } = await stage.client().chat.send('Hello');
      const known = { id: expect.any(String), sessionId: expect.any(String), status: 'delivered' };
      const core = { content: 'Hello', role: 'user', timestamp: expect.any(String) };
      expect(messages[0]).toEqual(
        expected(stage.can.identity, { extension: { ...core, ...known }, coreOnly: core }),
      );
    },
  );

  scenario('a reply says which message it answers where the backend knows it', async (stage) => {
    const client = stage.client();
    await client.chat.send('One');
    await client.chat.send('Two');
    const { messages } = await client.chat.history();
    const contentOf = (id: string | undefined) =>
      messages.find((message) => id !== undefined && message.id === id)?.content;
    expect(messages.map(({ content, replyTo }) => [content, contentOf(replyTo)])).toEqual([
      ['re: Two', expected(stage.can.replyTo, { extension: 'Two', coreOnly: undefined })],
      ['Two', undefined],
      ['re: One', expected(stage.can.replyTo, { extension: 'One', coreOnly: undefined })],
      ['One', undefined],
    ]);
  });

  scenario(
    'a short answer holds the two new messages, or all where it is not known',
    async (stage) => {
      const client = stage.client();
      await client.chat.send('One');
      const reply = await client.chat.send('Two', { return: 'minimal' });
      expect(reply.response).toBe('re: Two');
      expect(contents(reply)).toEqual(
        expected(stage.can.shortAnswers, {
          extension: ['Two', 're: Two'],
          coreOnly: ['One', 're: One', 'Two', 're: Two'],
        }),
      );
    },
  );

  scenario(
    'a key of the caller makes a repeat safe where the backend knows keys',
    async (stage) => {
      const client = stage.client();
      const key = { idempotencyKey: 'order-4711' };
      const first = await client.chat.send('Once', key);
      const second = await client.chat.send('Once', key);
      expect(second.response).toBe(first.response);
      expect(await stage.stored()).toHaveLength(
        expected(stage.can.idempotency, { extension: 2, coreOnly: 4 }),
      );
    },
  );

  scenario('the same words said twice are two messages', async (stage) => {
    const client = stage.client();
    await Promise.all([client.chat.send('ok'), client.chat.send('ok')]);
    const turn = ['user: ok', 'assistant: re: ok'];
    expect(await stage.stored()).toEqual([...turn, ...turn]);
  });

  scenario('what is sent at once is answered one after the other', async (stage) => {
    const client = stage.client();
    const words = ['a', 'b', 'c', 'd', 'e', 'f'];
    const replies = await Promise.all(words.map((word) => client.chat.send(word)));
    expect(replies.map(({ response }) => response)).toEqual(words.map((word) => `re: ${word}`));
    const stored = await stage.stored();
    for (let turn = 0; turn < stored.length; turn += 2) {
      expect(stored[turn + 1]).toBe(stored[turn]?.replace('user: ', 'assistant: re: '));
    }
    expect(stored).toHaveLength(12);
  });

  scenario('every script, emoji and space comes back as it was sent', async (stage) => {
    const client = stage.client();
    const said = '  שלום, 世界 👩🏽‍💻\n\tif (a < b && "c") { e\u0301 }\u2028 ';
    const reply = await client.chat.send(said);
    expect(contents(reply)).toEqual([said, `re: ${said}`]);
    expect((await client.chat.history()).messages[1]?.content).toBe(said);
  });

  // What stands between may refuse it in words of its own.
  if (through !== undefined) return;

  for (const [kind, message] of [
    ['empty', ''],
    ['too long', 'x'.repeat(8001)],
  ] as const) {
    scenario(`a message that is ${kind} is refused with a sentence`, async (stage) => {
      const error = await failure<BadRequestError>(stage.client().chat.send(message));
      expect(error).toMatchObject({ code: 'bad_request', status: 400, attempts: 1 });
      expect(error.detail).toMatch(/\w+ \w+/);
      expect(await stage.stored()).toEqual([]);
    });
  }
}

function contents({ messages }: ChatReply): string[] {
  return messages.map(({ content }) => content);
}
