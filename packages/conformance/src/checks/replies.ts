import type { ReplyDelta } from '@chat/contract';
import type { ConformanceCheck } from '../check.js';
import type { Capability } from '../harness.js';
import { messagesOf, type Probe, type ProbeResponse, type RequestInput } from '../probe.js';
import { findMessage, idOf, keyHeader, replyOf, unique } from './expectations.js';

const held: readonly Capability[] = ['held-assistant'];

export const replyChecks: readonly ConformanceCheck[] = [
  {
    id: 'SSE-1',
    layer: 'extension',
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
    layer: 'extension',
    extension: 'stream',
    rule: 'An error before the first event is an ordinary response.',
    async run(probe) {
      const given = { headers: events };
      const body = { message: unique('Who?') };
      probe.expectError(await probe.call('sendMessage', { ...given, body }), 401);
      const token = await probe.token();
      const empty = { ...given, token, body: { message: ' ' } };
      probe.expectError(await probe.call('sendMessage', empty), 400);
    },
  },
  {
    id: 'SSE-3',
    layer: 'extension',
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
  {
    id: 'STOP-1',
    layer: 'extension',
    extension: 'stop',
    rule: 'A stop stores the text so far as the reply, and every socket receives it.',
    needs: held,
    async run(probe) {
      const content = unique('Stop this one');
      const socket = await probe.connect();
      await withHeldReply(probe, content, async (running) => {
        running.begin();
        probe.expectEqual(await stop(probe), true, '"stopped"');
        const reply = replyOf(probe, await running.finish());
        probe.expectEqual(reply.stopped, true, '"stopped" of the reply');
        const isPrefix = reply.content !== '' && content.startsWith(reply.content);
        probe.expect(isPrefix && reply.content !== content, 'the reply must be the text so far');
        const frame = await socket.messageFrame('assistant', reply.content);
        probe.expectEqual(frame.data.stopped, true, '"stopped" of its frame');
        const { messages } = await probe.history('?pageSize=1');
        probe.expectEqual(messages[0]?.stopped, true, '"stopped" in the history');
      });
    },
  },
  {
    id: 'STOP-2',
    layer: 'extension',
    extension: 'stop',
    rule: 'Stopping a finished reply has no effect and is not an error.',
    async run(probe) {
      const reply = replyOf(probe, await probe.send(unique('Already finished')));
      probe.expectEqual(await stop(probe), false, '"stopped" without a reply in progress');
      const messageId = idOf(probe, reply);
      probe.expectEqual(await stop(probe, { messageId }), false, '"stopped" of a finished reply');
      const { messages } = await probe.history('?pageSize=1');
      probe.expectEqual(messages[0]?.stopped, undefined, '"stopped" in the history');
    },
  },
  {
    id: 'STOP-3',
    layer: 'extension',
    extension: 'stop',
    rule: 'A reply that is stopped before it has text does not exist; a "stopped" status names its question.',
    needs: held,
    async run(probe) {
      const content = unique('Stopped at once');
      const socket = await probe.connect();
      await withHeldReply(probe, content, async (running) => {
        probe.expectEqual(await stop(probe), true, '"stopped"');
        const response = await running.finish();
        probe.expectEqual(response.json?.response, '', '"response"');
        const question = messagesOf(response).at(-1);
        probe.expectEqual(question?.content, content, 'the last of "messages"');
        const frame = await socket.statusFrame('stopped');
        probe.expectEqual(frame.data.id, question?.id, 'the id in the stopped status');
      });
    },
  },
  {
    id: 'STOP-4',
    layer: 'extension',
    extension: 'stop',
    rule: 'A stop frame stops the reply to the question with its id.',
    needs: held,
    async run(probe) {
      const content = unique('Stopped by a frame');
      const socket = await probe.connect();
      await withHeldReply(probe, content, async (running) => {
        const { data } = await socket.messageFrame('user', content);
        socket.send({ type: 'stop', id: data.id });
        await socket.statusFrame('stopped');
        probe.expectEqual((await running.finish()).json?.response, '', '"response"');
      });
    },
  },
  {
    id: 'REGEN-1',
    layer: 'extension',
    extension: 'regenerate',
    rule: 'POST /chat/regenerate adds one more reply with the same replyTo; the earlier reply stays.',
    async run(probe) {
      const content = unique('Answer this twice');
      const sent = await probe.send(content);
      const question = findMessage(probe, messagesOf(sent), content);
      const token = await probe.token();
      const ids = [idOf(probe, replyOf(probe, sent))];
      for (const messageId of [idOf(probe, question), ids[0]]) {
        const response = await probe.call('regenerate', { token, body: { messageId } });
        probe.expectStatus(response, 200);
        const reply = replyOf(probe, response);
        probe.expectEqual(reply.replyTo, question.id, '"replyTo" of the other reply');
        ids.push(idOf(probe, reply));
      }
      const { messages } = await probe.history('?pageSize=4');
      const stored = messages.map(({ id }) => id);
      probe.expectEqual(stored, [...ids.reverse(), question.id], 'the newest messages');
    },
  },
  {
    id: 'REGEN-2',
    layer: 'extension',
    extension: 'regenerate',
    rule: 'Regenerating an unknown message is a 404.',
    async run(probe) {
      const token = await probe.token();
      const unknown = { token, body: { messageId: 'nobody-knows-it' } };
      probe.expectError(await probe.call('regenerate', unknown), 404);
      probe.expectError(await probe.call('regenerate', { token, body: { messageId: 7 } }), 400);
    },
  },
  {
    id: 'NEW-1',
    layer: 'extension',
    extension: 'new-session',
    rule: 'POST /chat/sessions ends the current session; the next message belongs to the new one.',
    async run(probe) {
      const before = messagesOf(await probe.send(unique('In the earlier session'))).at(-1);
      const response = await probe.call('newSession', { token: await probe.token() });
      probe.expectStatus(response, 200);
      const session = response.json?.session as Record<string, unknown> | undefined;
      probe.expect(typeof session?.id === 'string', 'the response needs a "session" with an "id"');
      probe.expect(session?.id !== before?.sessionId, 'the session must be a new one');
      probe.expectEqual(session?.messageCount, 0, '"messageCount"');
      const content = unique('In the new session');
      const messages = messagesOf(await probe.send(content));
      probe.expectEqual(messages.length, 2, 'the number of its messages');
      probe.expectEqual(messages[0]?.sessionId, session?.id, 'the session of the message');
    },
  },
  {
    id: 'STREAM-2',
    layer: 'extension',
    extension: 'reply-in-progress',
    rule: 'Each delta has its offset in the reply, in UTF-16 code units.',
    async run(probe) {
      const socket = await probe.connect({ query: 'stream=1' });
      const { reply } = await socket.exchange(unique('😀 Word by word'));
      const deltas = socket.frames.filter(({ data }) => data.event === 'delta');
      expectDeltas(
        probe,
        deltas.map(({ data }) => data),
        reply.data.content,
      );
    },
  },
  {
    id: 'STREAM-3',
    layer: 'extension',
    extension: 'reply-in-progress',
    rule: 'A socket that opens during a reply first receives one delta with the text so far.',
    needs: held,
    async run(probe) {
      const content = unique('Join this late');
      const early = await probe.connect({ query: 'stream=1' });
      await withHeldReply(probe, content, async (running) => {
        running.begin();
        await early.statusFrame('delta');
        const late = await probe.connect({ query: 'stream=1' });
        const first = await late.statusFrame('delta');
        probe.expectEqual(first.data.offset, 0, 'the offset of the first delta');
        const { content: reply } = replyOf(probe, await running.finish());
        await late.messageFrame('assistant', reply);
        const deltas = late.frames.filter(({ data }) => data.event === 'delta');
        expectDeltas(
          probe,
          deltas.map(({ data }) => data),
          reply,
        );
      });
    },
  },
  {
    id: 'STREAM-4',
    layer: 'extension',
    extension: 'reply-in-progress',
    rule: 'A socket that opens before the reply has text receives the status "typing".',
    needs: held,
    async run(probe) {
      await withHeldReply(probe, unique('Join this early'), async () => {
        const socket = await probe.connect({ query: 'stream=1' });
        const { features } = (await socket.statusFrame('connected')).data;
        if (Array.isArray(features) && features.includes('typing')) {
          await socket.statusFrame('typing');
        }
      });
    },
  },
];

export const replyIsolationChecks: readonly ConformanceCheck[] = [
  {
    id: 'STOP-5',
    layer: 'extension',
    extension: 'stop',
    rule: 'A stop does not stop the reply to another user.',
    needs: [...held, 'second-user'],
    async run(probe) {
      const [, other] = await probe.bothTokens();
      await withHeldReply(probe, unique('Not yours to stop'), async (running) => {
        const response = await probe.call('stop', { token: other, body: {} });
        const reply = replyOf(probe, await running.finish());
        probe.expectEqual(response.json?.stopped, false, '"stopped"');
        probe.expectEqual(reply.stopped, undefined, '"stopped" of the reply');
      });
    },
  },
  {
    id: 'REGEN-3',
    layer: 'extension',
    extension: 'regenerate',
    rule: "Another user's message cannot be regenerated: it is a 404.",
    needs: ['second-user'],
    async run(probe) {
      const [token, other] = await probe.bothTokens();
      const reply = replyOf(probe, await probe.send(unique('Not yours'), { token: other }));
      const body = { messageId: idOf(probe, reply) };
      probe.expectError(await probe.call('regenerate', { token, body }), 404);
    },
  },
];

const events = { accept: 'text/event-stream' };

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

/** Expects that the deltas are the reply, from its start and without gaps. */
function expectDeltas(
  probe: Probe,
  deltas: readonly { content: string; offset?: unknown }[],
  reply: string,
): void {
  probe.expect(deltas.length > 0, 'there must be deltas');
  let text = '';
  for (const { content, offset } of deltas) {
    probe.expectEqual(offset, text.length, "a delta's offset");
    text += content;
  }
  probe.expectEqual(text, reply, 'the joined deltas');
}

interface HeldReply {
  /** Sends the first chunk of the reply. */
  begin(): void;
  /** Completes the reply, unless it was stopped. */
  finish(): Promise<ProbeResponse>;
}

/** Sends a message whose reply waits until `finish` is called, or `work` ends. */
async function withHeldReply(
  probe: Probe,
  content: string,
  work: (reply: HeldReply) => Promise<void>,
): Promise<void> {
  const token = await probe.token();
  const assistant = probe.harness.holdAssistant?.();
  const response = probe.send(content, { token });
  const settled = response.then(
    () => {},
    () => {},
  );
  const finish = () => {
    assistant?.release();
    return response;
  };
  try {
    await assistant?.requested;
    await work({ begin: () => assistant?.begin?.(), finish });
  } finally {
    assistant?.release();
    await settled;
  }
}

async function stop(probe: Probe, body: object = {}): Promise<unknown> {
  const response = await probe.call('stop', { token: await probe.token(), body });
  probe.expectStatus(response, 200);
  return response.json?.stopped;
}
