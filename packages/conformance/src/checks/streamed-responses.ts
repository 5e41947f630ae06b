import type { ReplyDelta } from '@chat/contract';
import type { Check } from '../check.js';
import type { Probe, RequestInput } from '../probe.js';
import { expectDeltas, keyHeader, unique } from './expectations.js';

const events = { accept: 'text/event-stream' };

export const streamedResponseChecks: readonly Check[] = [
  {
    id: 'SSE-1',
    extension: 'stream',
    rule: 'With "Accept: text/event-stream" the reply is sent as delta events, then one message event.',
    async run(probe) {
      const { response, deltas, body } = await stream(probe, unique('As a stream'));
      const type = response.headers.get('content-type') ?? '';
      probe.expect(type.startsWith('text/event-stream'), `the type must not be ${type}`);
      expectDeltas(probe, deltas, String(body.response));
      const { messages } = await probe.history('?pageSize=2');
      const stored = messages.map(({ id, content }) => [id, content]);
      const sent = (body.messages as Record<string, unknown>[]).slice(-2).reverse();
      probe.expectEqual(
        sent.map(({ id, content }) => [id, content]),
        stored,
        'the newest messages',
      );
      for (const { id } of deltas) probe.expectEqual(id, messages[0]?.id, "a delta's id");
    },
  },
  {
    id: 'SSE-2',
    extension: 'stream',
    rule: 'An error before the first event is an ordinary response.',
    async run(probe) {
      const given = { headers: events };
      const body = { message: unique('Who?') };
      probe.expectError(await probe.call('sendMessage', { ...given, body }), 401);
      await probe.expectRejected('sendMessage', 400, { ...given, body: { message: ' ' } });
    },
  },
  {
    id: 'SSE-3',
    extension: 'stream',
    rule: 'A repeat with the same Idempotency-Key receives the reply again, from its start.',
    async run(probe) {
      const content = unique('Once more as a stream');
      const given = { headers: keyHeader(unique('key')) };
      const first = await stream(probe, content, given);
      const again = await stream(probe, content, given);
      expectDeltas(probe, again.deltas, String(first.body.response));
      const ids = ({ body }: typeof first) =>
        (body.messages as Record<string, unknown>[]).map(({ id }) => id);
      probe.expectEqual(ids(again), ids(first), 'the messages of the repeat');
    },
  },
];

/** Sends a message and reads its streamed response. */
async function stream(probe: Probe, content: string, given: RequestInput = {}) {
  const response = await probe.send(content, { headers: { ...events, ...given.headers } });
  const blocks = response.text.split('\n\n').map((block) => ({
    event: /^event: ?(.*)$/m.exec(block)?.[1],
    data: /^data: ?(.*)$/m.exec(block)?.[1] ?? 'null',
  }));
  const deltas = blocks.filter(({ event }) => event === 'delta');
  const messages = blocks.filter(({ event }) => event === 'message');
  probe.expectEqual(messages.length, 1, 'the number of message events');
  return {
    response,
    deltas: deltas.map(({ data }) => JSON.parse(data) as ReplyDelta),
    body: JSON.parse(messages[0]?.data ?? 'null') as Record<string, unknown>,
  };
}
