import { headers, socketFeatures } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { find, idOf, unique } from './expectations.js';

export const socketExtensionChecks: readonly Check[] = [
  {
    id: 'GREET-1',
    layer: 'extension',
    says: 'The first frame is the greeting, with features and heartbeatMs.',
    async run(probe) {
      const socket = await probe.socket();
      await socket.until(() => socket.frames.length > 0, 'the greeting');
      const greeting = socket.frames[0];
      probe.expectEqual(greeting?.type, 'status', 'the type of the first frame');
      probe.expectEqual(greeting?.data.event, 'connected', 'its event');
      probe.expectEqual(greeting?.data.role, 'system', 'its role');
      const features = greeting?.data.features;
      probe.expect(
        Array.isArray(features) && features.every((feature) => socketFeatures.includes(feature)),
        `"features" must be words of ${socketFeatures.join(', ')}`,
      );
      const beat = greeting?.data.heartbeatMs;
      probe.expect(typeof beat === 'number' && beat > 0, '"heartbeatMs" must be a positive number');
    },
  },
  {
    id: 'ACK-1',
    layer: 'extension',
    extension: 'ack',
    says: "The user's message frame carries the frame's id back as clientId.",
    async run(probe) {
      const [sender, other] = [await probe.socket(), await probe.socket()];
      const id = unique('f').slice(0, 64);
      const content = unique('Acknowledge me');
      const { user } = await sender.exchange(content, id);
      probe.expectEqual(user.data.clientId, id, '"clientId" on the sending socket');
      const seen = await other.message('user', content);
      probe.expectEqual(seen.data.clientId, id, '"clientId" on another socket of the user');
    },
  },
  {
    id: 'ACK-2',
    layer: 'extension',
    extension: 'ack',
    says: 'A repeat of a known id is acknowledged again, and neither stored nor answered twice.',
    async run(probe) {
      const socket = await probe.socket();
      const id = crypto.randomUUID();
      const content = unique('Once, although sent twice');
      await socket.exchange(content, id);
      const from = socket.frames.length;
      socket.send({ type: 'message', content, id });
      const again = await socket.message('user', content, from);
      probe.expectEqual(again.data.clientId, id, '"clientId" of the second acknowledgement');
      await socket.exchange(unique('And on'));
      const { messages } = await probe.history('?pageSize=10');
      const stored = messages.filter((message) => message.content === content);
      const alike = stored.filter(({ role }) => role === 'user');
      probe.expectEqual(alike.length, 1, 'how often the message is stored');
      const answers = socket.frames
        .slice(from)
        .filter(({ type, data }) => type === 'message' && data.role === 'assistant');
      probe.expectEqual(answers.length, 1, 'the number of replies since the repeat');
    },
  },
  {
    id: 'ACK-3',
    layer: 'extension',
    extension: 'ack',
    says: 'Frame ids and Idempotency-Keys are one namespace.',
    async run(probe) {
      const socket = await probe.socket();
      const id = crypto.randomUUID();
      const content = unique('By socket, then by REST');
      const { reply } = await socket.exchange(content, id);
      const answer = await probe.send(content, { headers: { [headers.idempotencyKey]: id } });
      probe.expectEqual(
        answer.headers.get(headers.idempotencyReplayed),
        'true',
        'the replay header',
      );
      probe.expectEqual(answer.json?.response, reply.data.content, 'the replayed response');
    },
  },
  {
    id: 'BEAT-1',
    layer: 'extension',
    extension: 'heartbeat',
    says: 'A heartbeat comes when nothing else was sent for heartbeatMs.',
    async run(probe) {
      const socket = await probe.socket();
      const greeting = await socket.status('connected');
      const from = socket.frames.length;
      await probe.wait((greeting.data.heartbeatMs as number) + 500);
      const beat = await socket.status('heartbeat', from);
      probe.expect(beat.data.content !== '', 'a heartbeat needs a sentence too');
    },
  },
  {
    id: 'TYPE-1',
    layer: 'extension',
    extension: 'typing',
    says: 'A status "typing" comes before a reply.',
    async run(probe) {
      const socket = await probe.socket();
      const { reply } = await socket.exchange(unique('Are you typing?'));
      const typing = await socket.status('typing');
      probe.expect(
        socket.frames.indexOf(typing) < socket.frames.indexOf(reply),
        '"typing" must come before the reply',
      );
    },
  },
  {
    id: 'STREAM-1',
    layer: 'extension',
    extension: 'streaming',
    says: 'With stream=1 deltas carry the pieces of the reply, then the whole message follows.',
    async run(probe) {
      const streaming = await probe.socket({ query: 'stream=1' });
      const plain = await probe.socket();
      const content = unique('Piece by piece');
      const { reply } = await streaming.exchange(content);
      const deltas = streaming.frames.filter(({ data }) => data.event === 'delta');
      probe.expect(deltas.length > 0, 'deltas must come with stream=1');
      const joined = deltas.map(({ data }) => data.content).join('');
      probe.expectEqual(joined, reply.data.content, 'the pieces joined');
      for (const { data } of deltas) probe.expectEqual(data.id, reply.data.id, "a delta's id");
      const last = deltas.at(-1);
      probe.expect(
        last !== undefined && streaming.frames.indexOf(last) < streaming.frames.indexOf(reply),
        'the message must follow its deltas',
      );
      await plain.message('assistant', reply.data.content);
      const unasked = plain.frames.some(({ data }) => data.event === 'delta');
      probe.expect(!unasked, 'no delta may come without stream=1');
    },
  },
  {
    id: 'READ-1',
    layer: 'extension',
    extension: 'receipts',
    says: 'A read frame marks every message up to it read and tells the other sockets.',
    async run(probe) {
      const [reader, other] = [await probe.socket(), await probe.socket()];
      const content = unique('Read me');
      const messages = messagesOf(await probe.send(content));
      const id = idOf(probe, messages.at(-1) ?? find(probe, messages, content));
      reader.send({ type: 'read', id });
      const told = await other.status('read');
      probe.expectEqual(told.data.id, id, 'the id that the other socket is told');
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
    layer: 'extension',
    extension: 'rate-limit-notice',
    says: 'Over the allowance comes a status "rate_limited" with retryAfterMs and the id.',
    async run(probe) {
      const { messagesPerWindow } = probe.harness.limits;
      const socket = await probe.socket();
      const limited = () => socket.frames.find(({ data }) => data.event === 'rate_limited');
      for (let i = 0; i <= messagesPerWindow && limited() === undefined; i += 1) {
        const content = unique(`Message ${i + 1}`);
        socket.send({ type: 'message', content, id: `rate-${i}-${crypto.randomUUID()}` });
        await socket.until(
          () =>
            limited() !== undefined || socket.messages.some(({ data }) => data.content === content),
          'an acknowledgement or a limit notice',
        );
      }
      const notice = await socket.status('rate_limited');
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
    layer: 'extension',
    extension: 'ack',
    says: 'A bad frame\'s status has event "error", and the id when there was a usable one.',
    async run(probe) {
      const socket = await probe.socket();
      socket.send({ type: 'message', content: '', id: 'bad-1' });
      const named = await socket.status('error');
      probe.expectEqual(named.data.id, 'bad-1', 'the id of the bad frame');
      const from = socket.frames.length;
      socket.sendRaw('no JSON');
      const nameless = await socket.status('error', from);
      probe.expect(nameless.data.id === undefined, 'no id when the frame had none');
    },
  },
];
