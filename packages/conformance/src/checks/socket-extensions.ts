import { socketFeatures } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { findMessage, idOf, keyHeader, replayHeader, unique } from './expectations.js';

export const socketExtensionChecks: readonly Check[] = [
  {
    id: 'GREET-1',
    rule: 'The first frame is the greeting, with features and heartbeatMs.',
    async run(probe) {
      const socket = await probe.connect();
      await socket.waitUntil(() => socket.frames.length > 0, 'the greeting');
      const greeting = socket.frames[0];
      probe.expectEqual(greeting?.type, 'status', 'the type of the first frame');
      probe.expectEqual(greeting?.data.event, 'connected', 'its event');
      probe.expectEqual(greeting?.data.role, 'system', 'its role');
      const features = greeting?.data.features;
      probe.expect(
        Array.isArray(features) && features.every((feature) => socketFeatures.includes(feature)),
        `"features" must contain only ${socketFeatures.join(', ')}`,
      );
      const intervalMs = greeting?.data.heartbeatMs;
      probe.expect(
        typeof intervalMs === 'number' && intervalMs > 0,
        '"heartbeatMs" must be a positive number',
      );
    },
  },
  {
    id: 'ACK-1',
    extension: 'ack',
    rule: "The user's message frame returns the id of the sent frame as clientId.",
    async run(probe) {
      const [sender, other] = [await probe.connect(), await probe.connect()];
      const id = unique('f').slice(0, 64);
      const content = unique('Acknowledge me');
      const { user } = await sender.exchange(content, id);
      probe.expectEqual(user.data.clientId, id, '"clientId" on the sending socket');
      const copy = await other.messageFrame('user', content);
      probe.expectEqual(copy.data.clientId, id, '"clientId" on another socket of the user');
    },
  },
  {
    id: 'ACK-2',
    extension: 'ack',
    rule: 'A repeated id is acknowledged again, and neither stored nor answered twice.',
    async run(probe) {
      const socket = await probe.connect();
      const id = crypto.randomUUID();
      const content = unique('Once, although sent twice');
      await socket.exchange(content, id);
      const from = socket.frames.length;
      socket.send({ type: 'message', content, id });
      const again = await socket.messageFrame('user', content, from);
      probe.expectEqual(again.data.clientId, id, '"clientId" of the second acknowledgement');
      await socket.exchange(unique('And on'));
      const { messages } = await probe.history('?pageSize=10');
      const stored = messages.filter((message) => message.content === content);
      const copies = stored.filter(({ role }) => role === 'user');
      probe.expectEqual(copies.length, 1, 'how often the message is stored');
      const replies = socket.frames
        .slice(from)
        .filter(({ type, data }) => type === 'message' && data.role === 'assistant');
      probe.expectEqual(replies.length, 1, 'the number of replies since the repeat');
    },
  },
  {
    id: 'ACK-3',
    extension: 'ack',
    rule: 'Frame ids and Idempotency-Keys share one namespace.',
    async run(probe) {
      const socket = await probe.connect();
      const id = crypto.randomUUID();
      const content = unique('Over the socket, then over REST');
      const { reply } = await socket.exchange(content, id);
      const response = await probe.send(content, { headers: keyHeader(id) });
      probe.expectEqual(replayHeader(response), 'true', 'the replay header');
      probe.expectEqual(response.json?.response, reply.data.content, 'the replayed response');
    },
  },
  {
    id: 'BEAT-1',
    extension: 'heartbeat',
    rule: 'The server sends a heartbeat when it has sent nothing else for heartbeatMs.',
    async run(probe) {
      const socket = await probe.connect();
      const greeting = await socket.statusFrame('connected');
      const from = socket.frames.length;
      await probe.wait((greeting.data.heartbeatMs as number) + 500);
      const intervalMs = await socket.statusFrame('heartbeat', from);
      probe.expect(intervalMs.data.content !== '', 'a heartbeat needs a content too');
    },
  },
  {
    id: 'TYPE-1',
    extension: 'typing',
    rule: 'The server sends a status "typing" before a reply.',
    async run(probe) {
      const socket = await probe.connect();
      const { reply } = await socket.exchange(unique('Are you typing?'));
      const typing = await socket.statusFrame('typing');
      probe.expect(
        socket.frames.indexOf(typing) < socket.frames.indexOf(reply),
        '"typing" must come before the reply',
      );
    },
  },
  {
    id: 'TYPE-2',
    extension: 'typing',
    rule: 'The status "typing" has the same replyTo as the reply.',
    async run(probe) {
      const socket = await probe.connect();
      const { reply } = await socket.exchange(unique('To whom are you typing?'));
      const typing = await socket.statusFrame('typing');
      probe.expectEqual(typing.data.replyTo, reply.data.replyTo, '"replyTo" of "typing"');
    },
  },
  {
    id: 'STREAM-1',
    extension: 'streaming',
    rule: 'With stream=1 deltas carry the chunks of the reply; the whole message follows.',
    async run(probe) {
      const streaming = await probe.connect({ query: 'stream=1' });
      const plain = await probe.connect();
      const content = unique('Chunk by chunk');
      const { reply } = await streaming.exchange(content);
      const deltas = streaming.frames.filter(({ data }) => data.event === 'delta');
      probe.expect(deltas.length > 0, 'stream=1 must send deltas');
      const joined = deltas.map(({ data }) => data.content).join('');
      probe.expectEqual(joined, reply.data.content, 'the joined deltas');
      for (const { data } of deltas) probe.expectEqual(data.id, reply.data.id, "a delta's id");
      const last = deltas.at(-1);
      probe.expect(
        last !== undefined && streaming.frames.indexOf(last) < streaming.frames.indexOf(reply),
        'the message must follow its deltas',
      );
      await plain.messageFrame('assistant', reply.data.content);
      const unrequested = plain.frames.some(({ data }) => data.event === 'delta');
      probe.expect(!unrequested, 'a socket without stream=1 must receive no deltas');
    },
  },
  {
    id: 'READ-1',
    extension: 'receipts',
    rule: 'A read frame marks every message up to it as read and notifies the other sockets.',
    async run(probe) {
      const [reader, other] = [await probe.connect(), await probe.connect()];
      const content = unique('Read me');
      const messages = messagesOf(await probe.send(content));
      const id = idOf(probe, messages.at(-1) ?? findMessage(probe, messages, content));
      reader.send({ type: 'read', id });
      const readFrame = await other.statusFrame('read');
      probe.expectEqual(readFrame.data.id, id, 'the id in the read receipt');
      const { messages: stored } = await probe.history('?pageSize=2');
      probe.expectEqual(
        stored.map(({ status }) => status),
        ['read', 'read'],
        'the statuses in the history',
      );
    },
  },
  {
    id: 'RATE-1',
    extension: 'rate-limit-notice',
    rule: 'A message over the rate limit gets a status "rate_limited" with retryAfterMs and its id.',
    async run(probe) {
      const { messagesPerWindow } = probe.harness.limits;
      const socket = await probe.connect();
      const limited = () => socket.frames.find(({ data }) => data.event === 'rate_limited');
      for (let i = 0; i <= messagesPerWindow && limited() === undefined; i += 1) {
        const content = unique(`Message ${i + 1}`);
        socket.send({ type: 'message', content, id: `rate-${i}-${crypto.randomUUID()}` });
        await socket.waitUntil(
          () =>
            limited() !== undefined || socket.messages.some(({ data }) => data.content === content),
          'an acknowledgement or a rate_limited status',
        );
      }
      const notice = await socket.statusFrame('rate_limited');
      const wait = notice.data.retryAfterMs;
      probe.expect(
        typeof wait === 'number' && wait > 0,
        '"retryAfterMs" must be a positive number',
      );
      probe.expect(String(notice.data.id).startsWith('rate-'), '"id" must be that of the frame');
    },
  },
  {
    id: 'BAD-1',
    extension: 'ack',
    rule: 'An invalid frame gets a status "error", with the id of the frame if it has a valid one.',
    async run(probe) {
      const socket = await probe.connect();
      socket.send({ type: 'message', content: '', id: 'bad-1' });
      const withId = await socket.statusFrame('error');
      probe.expectEqual(withId.data.id, 'bad-1', 'the id of the invalid frame');
      const from = socket.frames.length;
      socket.sendRaw('no JSON');
      const withoutId = await socket.statusFrame('error', from);
      probe.expect(
        withoutId.data.id === undefined,
        'the status must have no id when the frame had none',
      );
    },
  },
];
