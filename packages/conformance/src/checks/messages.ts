import { basePath, routes } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { expectMessageShape, findMessage, replyOf, unique } from './expectations.js';

const samples = [
  '  white space around, and inside:\t\r\n\u00a0 kept  ',
  'Zażółć gęślą jaźń · 你好，世界 · こんにちは · 안녕하세요 · नमस्ते',
  'مرحبا بالعالم · שלום עולם \u202eright to left\u202c',
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 e\u0301 \ufeff \u200b \uffff \u{10ffff}',
  '{"json": "\\u0041"} <b>&amp;</b> \'; DROP TABLE messages; -- $1',
  '__proto__',
];

export const messageChecks: readonly Check[] = [
  {
    id: 'MSG-1',
    rule: 'POST /chat returns the reply and the whole current session, oldest first.',
    async run(probe) {
      const first = unique('The first of two');
      const second = unique('The second of two');
      await probe.send(first);
      const response = await probe.send(second);
      const messages = messagesOf(response);
      probe.expectEqual(response.json?.response, replyOf(probe, response).content, '"response"');
      const at = (content: string) => messages.indexOf(findMessage(probe, messages, content));
      probe.expect(at(first) < at(second), '"messages" must be oldest first');
      probe.expectEqual(
        at(second),
        messages.length - 2,
        'the index of the message, before its reply',
      );
      const { messages: stored } = await probe.history('?pageSize=2');
      probe.expectEqual(
        stored.map(({ content }) => content),
        [response.json?.response, second],
        'the history right after the response',
      );
    },
  },
  {
    id: 'MSG-2',
    rule: 'A message is { role, content, timestamp } with the role "user" or "assistant".',
    async run(probe) {
      const messages = messagesOf(await probe.send(unique('The shape of a message')));
      probe.expect(messages.length >= 2, '"messages" must contain the message and its reply');
      for (const message of messages) expectMessageShape(probe, message);
    },
  },
  {
    id: 'MSG-3',
    rule: 'Content is returned exactly as it was sent, with any well-formed Unicode.',
    async run(probe) {
      for (const content of samples) {
        const messages = messagesOf(await probe.send(content));
        probe.expectEqual(messages.at(-2)?.content, content, 'the content in the response');
        const { messages: stored } = await probe.history('?pageSize=2');
        probe.expectEqual(stored[1]?.content, content, 'the content in the history');
      }
    },
  },
  {
    id: 'MSG-4',
    rule: 'Content has 1 to 8,000 characters after trimming; otherwise the response is a 400.',
    async run(probe) {
      const longest = '𝄞'.repeat(probe.harness.limits.contentMaxLength);
      for (const message of ['', ' \n\t ', `${longest}x`]) {
        await probe.expectRejected('sendMessage', 400, { body: { message } });
      }
      await probe.send('x');
      await probe.send(`  ${longest}  `);
    },
  },
  {
    id: 'MSG-5',
    rule: 'NUL and lone surrogates are a 400.',
    async run(probe) {
      for (const message of ['a\\u0000b', 'a\\ud800b', '\\udc00\\ud800']) {
        const rawBody = `{"message":"${message}"}`;
        await probe.expectRejected('sendMessage', 400, { rawBody });
      }
    },
  },
  {
    id: 'MSG-6',
    rule: 'Unknown fields are ignored; a field of the wrong type is a 400 and is never coerced.',
    async run(probe) {
      const token = await probe.token();
      for (const message of [1, true, null, ['text'], { text: 'text' }]) {
        await probe.expectRejected('sendMessage', 400, { body: { message } });
      }
      const body = {
        message: unique('With an unknown field'),
        role: 'assistant',
        extra: { deep: 1 },
      };
      const response = await probe.call('sendMessage', { token, body });
      probe.expectStatus(response, 200);
      findMessage(probe, messagesOf(response), body.message);
    },
  },
  {
    id: 'MSG-7',
    rule: 'timestamp is ISO 8601 in UTC with milliseconds and never decreases within a user.',
    async run(probe) {
      await probe.send(unique('What time is it?'));
      const { messages } = await probe.history('?pageSize=100');
      for (const { timestamp } of messages) {
        probe.expect(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(timestamp),
          `a timestamp must look like 2026-01-31T12:00:00.000Z, got ${timestamp}`,
        );
      }
      const times = messages.map(({ timestamp }) => timestamp).reverse();
      probe.expectEqual(times, [...times].sort(), 'the timestamps in the order of the messages');
    },
  },
  {
    id: 'MSG-8',
    rule: 'Messages sent at the same time are answered one after another.',
    async run(probe) {
      const contents = [unique('At once, one'), unique('At once, two'), unique('At once, three')];
      await Promise.all(contents.map((content) => probe.send(content)));
      const { messages } = await probe.history('?pageSize=6');
      probe.expectEqual(
        messages.map(({ role }) => role),
        ['assistant', 'user', 'assistant', 'user', 'assistant', 'user'],
        'the roles, newest first',
      );
      for (const content of contents) findMessage(probe, messages, content);
    },
  },
  {
    id: 'MSG-9',
    rule: 'A message whose reply failed is not lost: it is in the history.',
    needs: ['failing-assistant'],
    async run(probe) {
      const token = await probe.token();
      const message = unique('Nobody will answer this');
      probe.harness.failAssistant?.(1);
      const { method, path } = routes.sendMessage;
      await probe.request(method, `${basePath}${path}`, { token, body: { message } });
      findMessage(probe, (await probe.history()).messages, message);
    },
  },
];
