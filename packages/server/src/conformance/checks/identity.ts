import { headers, type MessageStatus } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf, type Probe, type WireMessage } from '../probe.js';
import { find, idOf, key, unique } from './expectations.js';

const statusOrder: readonly MessageStatus[] = ['sent', 'delivered', 'read'];

/** The reply that says that it answers the message with this content; no question says such a thing. */
function expectAnswered(
  probe: Probe,
  messages: readonly WireMessage[],
  content: string,
): WireMessage {
  const id = idOf(probe, find(probe, messages, content));
  const reply = messages.find(({ replyTo }) => replyTo === id);
  probe.expect(
    reply?.role === 'assistant',
    `a reply must carry "replyTo" with ${JSON.stringify(id)}, the id of its question`,
  );
  const asking = messages.some(({ role, replyTo }) => role === 'user' && replyTo !== undefined);
  probe.expect(!asking, 'a message of the user answers none');
  return reply as WireMessage;
}

export const identityChecks: readonly Check[] = [
  {
    id: 'EXT-1',
    layer: 'extension',
    says: 'Chat-Extensions is in every answer.',
    async run(probe) {
      const token = await probe.token();
      for (const answer of [
        await probe.call('chatStats', { token }),
        await probe.call('chatStats'),
      ]) {
        const names = answer.headers.get(headers.extensions) ?? '';
        probe.expect(
          /^[\w-]+(, *[\w-]+)*$/.test(names),
          'Chat-Extensions must list the extensions',
        );
      }
    },
  },
  {
    id: 'IDENT-1',
    layer: 'extension',
    extension: 'identity',
    says: 'Messages and message frames also carry id, sessionId and status.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Who am I?');
      const messages = messagesOf(await probe.send(content));
      const frame = await socket.message('user', content);
      for (const message of [...messages, frame.data]) {
        for (const name of ['id', 'sessionId', 'status'] as const) {
          probe.expect(typeof message[name] === 'string', `a message needs "${name}", a string`);
        }
      }
      probe.expectEqual(frame.data.id, find(probe, messages, content).id, 'the id in the frame');
      const ids = messages.map(({ id }) => id);
      probe.expectEqual(new Set(ids).size, ids.length, 'the number of different ids');
    },
  },
  {
    id: 'IDENT-2',
    layer: 'extension',
    extension: 'identity',
    says: 'status is sent, delivered or read, and only moves forward.',
    async run(probe) {
      const content = unique('How far did I get?');
      const first = find(probe, messagesOf(await probe.send(content)), content);
      const second = find(probe, (await probe.history('?pageSize=2')).messages, content);
      const third = find(probe, (await probe.history('?pageSize=2')).messages, content);
      const steps = [first, second, third].map(({ status }) =>
        statusOrder.indexOf(status as MessageStatus),
      );
      probe.expect(!steps.includes(-1), 'status must be "sent", "delivered" or "read"');
      probe.expectEqual(steps, [...steps].sort(), 'the statuses over time');
      probe.expect((steps[2] ?? 0) >= 1, 'a message that left to a client must be "delivered"');
    },
  },
  {
    id: 'REPLY-1',
    layer: 'extension',
    extension: 'reply-to',
    says: 'A reply carries replyTo, the id of the message that it answers, in answers, history and frames.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Which one do you answer?');
      const answer = await probe.send(content);
      const { id, replyTo } = expectAnswered(probe, messagesOf(answer), content);
      const { messages } = await probe.history('?pageSize=2');
      probe.expectEqual(expectAnswered(probe, messages, content).id, id, 'the id in the history');
      const frame = await socket.next(({ data }) => data.id === id, 'the frame of the reply');
      probe.expectEqual(frame.data.replyTo, replyTo, '"replyTo" in the frame');
      if (probe.harness.failAssistant === undefined) return;
      const late = unique('And this one, late?');
      const given = { token: await probe.token(), headers: key(unique('key')) };
      probe.harness.failAssistant(1);
      await probe.call('sendMessage', { ...given, body: { message: late } });
      await probe.send(unique('Something in between'));
      expectAnswered(probe, messagesOf(await probe.send(late, given)), late);
    },
  },
];
