import type { Check } from '../check.js';
import { messagesOf, type Probe } from '../probe.js';
import { findMessage, keyHeader, replayHeader, replyOf, unique } from './expectations.js';

/** How often this message is stored, among the user's newest messages. */
async function timesStored(probe: Probe, content: string): Promise<number> {
  const { messages } = await probe.history('?pageSize=20');
  return messages.filter((message) => message.content === content && message.role === 'user')
    .length;
}

export const idempotencyChecks: readonly Check[] = [
  {
    id: 'IDEM-1',
    extension: 'idempotency',
    rule: 'A repeated Idempotency-Key returns the first response again and stores nothing.',
    async run(probe) {
      const content = unique('Only once');
      const given = { headers: keyHeader(unique('key')) };
      const first = await probe.send(content, given);
      probe.expect(replayHeader(first) === null, 'the first response must not be a replay');
      await probe.send(unique('Something in between'));
      const again = await probe.send(content, given);
      probe.expectEqual(replayHeader(again), 'true', 'the replay header');
      probe.expectEqual(again.json?.response, first.json?.response, 'the replayed response');
      const ids = (response: typeof first) =>
        messagesOf(response).map(({ id, content: c }) => [id, c]);
      probe.expectEqual(ids(again), ids(first), 'the replayed messages');
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
  {
    id: 'IDEM-2',
    extension: 'idempotency',
    rule: 'A repeat while the first request is in progress waits for it and gets its response.',
    async run(probe) {
      const content = unique('Twice at once');
      const given = { headers: keyHeader(unique('key')) };
      const [one, two] = await Promise.all([
        probe.send(content, given),
        probe.send(content, given),
      ]);
      probe.expectEqual(
        two.json?.response,
        one.json?.response,
        'the response of the second request',
      );
      const replayed = [one, two].filter((response) => replayHeader(response) === 'true');
      probe.expectEqual(replayed.length, 1, 'the number of replays');
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
  {
    id: 'IDEM-3',
    extension: 'idempotency',
    rule: 'The same key with another message, and an invalid key, are a 400.',
    async run(probe) {
      const given = { headers: keyHeader(unique('key')) };
      await probe.send(unique('The one'), given);
      const other = { ...given, body: { message: unique('Another') } };
      await probe.expectRejected('sendMessage', 400, other);
      const long = { headers: keyHeader('k'.repeat(256)), body: { message: unique('Long key') } };
      await probe.expectRejected('sendMessage', 400, long);
    },
  },
  {
    id: 'IDEM-4',
    extension: 'idempotency',
    rule: 'After the assistant failed, the same key requests a reply again and stores no second message.',
    needs: ['failing-assistant'],
    async run(probe) {
      const content = unique('Second time lucky');
      const given = { token: await probe.token(), headers: keyHeader(unique('key')) };
      probe.harness.failAssistant?.(1);
      const failed = await probe.call('sendMessage', { ...given, body: { message: content } });
      probe.expect(failed.status >= 500, 'a failed assistant must be a 5xx');
      const between = replyOf(probe, await probe.send(unique('Something in between')));
      const response = await probe.send(content, given);
      const { replyTo } = replyOf(probe, response);
      if (between.replyTo !== undefined) {
        const { id } = findMessage(probe, messagesOf(response), content);
        probe.expectEqual(replyTo, id, '"replyTo" of the late reply');
      }
      probe.expectEqual(await timesStored(probe, content), 1, 'how often the message is stored');
    },
  },
];
