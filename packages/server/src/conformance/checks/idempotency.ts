import { headers } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf, type Probe } from '../probe.js';
import { key, replyOf, unique } from './expectations.js';

/** How often the user's newest messages hold this one. */
async function timesStored(probe: Probe, content: string): Promise<number> {
  const { messages } = await probe.history('?pageSize=20');
  return messages.filter((message) => message.content === content && message.role === 'user')
    .length;
}

export const idempotencyChecks: readonly Check[] = [
  {
    id: 'IDEM-1',
    layer: 'extension',
    extension: 'idempotency',
    says: 'A repeated Idempotency-Key gives the first answer again and stores nothing.',
    async run(probe) {
      const content = unique('Only once');
      const given = { headers: key(unique('key')) };
      const first = await probe.send(content, given);
      probe.expect(
        first.headers.get(headers.idempotencyReplayed) === null,
        'the first is no replay',
      );
      await probe.send(unique('Something in between'));
      const again = await probe.send(content, given);
      probe.expectEqual(
        again.headers.get(headers.idempotencyReplayed),
        'true',
        'the replay header',
      );
      probe.expectEqual(again.json?.response, first.json?.response, 'the replayed response');
      const ids = (answer: typeof first) => messagesOf(answer).map(({ id, content: c }) => [id, c]);
      probe.expectEqual(ids(again), ids(first), 'the replayed messages');
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
  {
    id: 'IDEM-2',
    layer: 'extension',
    extension: 'idempotency',
    says: 'A repeat while the first call is under way waits for it and gets its answer.',
    async run(probe) {
      const content = unique('Twice at once');
      const given = { headers: key(unique('key')) };
      const [one, two] = await Promise.all([
        probe.send(content, given),
        probe.send(content, given),
      ]);
      probe.expectEqual(two?.json?.response, one?.json?.response, 'the response of the other');
      const replayed = [one, two].filter(
        (answer) => answer?.headers.get(headers.idempotencyReplayed) === 'true',
      );
      probe.expectEqual(replayed.length, 1, 'how many of the two are replays');
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
  {
    id: 'IDEM-3',
    layer: 'extension',
    extension: 'idempotency',
    says: 'The same key with another message, and a key of a wrong form, are a 400.',
    async run(probe) {
      const token = await probe.token();
      const given = { token, headers: key(unique('key')) };
      await probe.send(unique('The one'), given);
      const other = { ...given, body: { message: unique('Another') } };
      probe.expectRefusal(await probe.call('sendMessage', other), 400);
      const long = { token, headers: key('k'.repeat(256)), body: { message: unique('Long key') } };
      probe.expectRefusal(await probe.call('sendMessage', long), 400);
    },
  },
  {
    id: 'IDEM-4',
    layer: 'extension',
    extension: 'idempotency',
    says: 'When the assistant failed, the same key asks it again and stores no second message.',
    needs: ['failing-assistant'],
    async run(probe) {
      const content = unique('Second time lucky');
      const given = { token: await probe.token(), headers: key(unique('key')) };
      probe.harness.failAssistant?.(1);
      const failed = await probe.call('sendMessage', { ...given, body: { message: content } });
      probe.expect(failed.status >= 500, 'a failed assistant must be a 5xx');
      const answer = await probe.send(content, given);
      replyOf(probe, answer);
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
];
