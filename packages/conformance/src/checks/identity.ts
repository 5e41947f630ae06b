import { headers, type MessageStatus } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf, type Probe, type WireMessage } from '../probe.js';
import { findMessage, idOf, replyOf, unique } from './expectations.js';

const statusOrder: readonly MessageStatus[] = ['sent', 'delivered', 'read'];

/** The reply whose `replyTo` is the id of the message with this content. A user's message must have no `replyTo`. */
function expectReplyTo(
  probe: Probe,
  messages: readonly WireMessage[],
  content: string,
): WireMessage {
  const id = idOf(probe, findMessage(probe, messages, content));
  const reply = messages.find(({ replyTo }) => replyTo === id);
  probe.expect(
    reply?.role === 'assistant',
    `a reply must carry "replyTo" with ${JSON.stringify(id)}, the id of the user's message`,
  );
  const asking = messages.some(({ role, replyTo }) => role === 'user' && replyTo !== undefined);
  probe.expect(!asking, 'a message of the user must not carry "replyTo"');
  return reply as WireMessage;
}

export const identityChecks: readonly Check[] = [
  {
    id: 'EXT-1',
    rule: 'Chat-Extensions is in every response.',
    async run(probe) {
      const token = await probe.token();
      for (const response of [
        await probe.call('chatStats', { token }),
        await probe.call('chatStats'),
      ]) {
        const names = response.headers.get(headers.extensions) ?? '';
        probe.expect(
          /^[\w-]+(, *[\w-]+)*$/.test(names),
          'Chat-Extensions must list the extensions',
        );
      }
    },
  },
  {
    id: 'IDENT-1',
    extension: 'identity',
    rule: 'Messages and message frames also carry id, sessionId and status.',
    async run(probe) {
      const socket = await probe.connect();
      const content = unique('Who am I?');
      const messages = messagesOf(await probe.send(content));
      const frame = await socket.messageFrame('user', content);
      for (const message of [...messages, frame.data]) {
        for (const name of ['id', 'sessionId', 'status'] as const) {
          probe.expect(typeof message[name] === 'string', `a message needs "${name}", a string`);
        }
      }
      probe.expectEqual(
        frame.data.id,
        findMessage(probe, messages, content).id,
        'the id in the frame',
      );
      const ids = messages.map(({ id }) => id);
      probe.expectEqual(new Set(ids).size, ids.length, 'the number of different ids');
    },
  },
  {
    id: 'IDENT-2',
    extension: 'identity',
    rule: 'status is sent, delivered or read, and only moves forward.',
    async run(probe) {
      const content = unique('How far did I get?');
      const first = findMessage(probe, messagesOf(await probe.send(content)), content);
      const second = findMessage(probe, (await probe.history('?pageSize=2')).messages, content);
      const third = findMessage(probe, (await probe.history('?pageSize=2')).messages, content);
      const steps = [first, second, third].map(({ status }) =>
        statusOrder.indexOf(status as MessageStatus),
      );
      probe.expect(!steps.includes(-1), 'status must be "sent", "delivered" or "read"');
      probe.expectEqual(steps, [...steps].sort(), 'the statuses over time');
      probe.expect((steps[2] ?? 0) >= 1, 'a message that was sent to a client must be "delivered"');
    },
  },
  {
    id: 'REPLY-1',
    extension: 'reply-to',
    rule: 'A reply carries replyTo, the id of the message that it answers, in responses, history and frames.',
    async run(probe) {
      const socket = await probe.connect();
      const content = unique('Which one do you answer?');
      const response = await probe.send(content);
      const { id, replyTo } = expectReplyTo(probe, messagesOf(response), content);
      const { messages } = await probe.history('?pageSize=2');
      probe.expectEqual(expectReplyTo(probe, messages, content).id, id, 'the id in the history');
      const frame = await socket.nextFrame(({ data }) => data.id === id, 'the frame of the reply');
      probe.expectEqual(frame.data.replyTo, replyTo, '"replyTo" in the frame');
    },
  },
  {
    id: 'TRUNC-1',
    extension: 'truncated',
    rule: 'An incomplete reply carries truncated, a text, in responses, history and frames; other messages do not.',
    async run(probe) {
      const socket = await probe.connect();
      const response = await probe.send(unique('Do you finish your sentences?'));
      const reply = replyOf(probe, response);
      const { truncated } = reply;
      probe.expect(
        truncated === undefined || (typeof truncated === 'string' && truncated !== ''),
        '"truncated" must be a text',
      );
      const cut = messagesOf(response).some(
        (message) => message.role === 'user' && 'truncated' in message,
      );
      probe.expect(!cut, 'a message of the user must not carry "truncated"');
      const { messages } = await probe.history('?pageSize=1');
      probe.expectEqual(messages[0]?.truncated, truncated, '"truncated" in the history');
      const frame = await socket.nextFrame(
        ({ data }) => data.id === reply.id,
        'the frame of the reply',
      );
      probe.expectEqual(frame.data.truncated, truncated, '"truncated" in the frame');
    },
  },
];
