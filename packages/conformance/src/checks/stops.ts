import type { Check } from '../check.js';
import { messagesOf, type Probe } from '../probe.js';
import { idOf, replyOf, unique } from './expectations.js';
import { held, withHeldReply } from './held-reply.js';

export const stopChecks: readonly Check[] = [
  {
    id: 'STOP-1',
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
];

export const stopIsolationChecks: readonly Check[] = [
  {
    id: 'STOP-5',
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
];

async function stop(probe: Probe, body: object = {}): Promise<unknown> {
  const response = await probe.call('stop', { token: await probe.token(), body });
  probe.expectStatus(response, 200);
  return response.json?.stopped;
}
