import type { Check } from '../check.js';
import { expectDeltas, replyOf, unique } from './expectations.js';
import { held, withHeldReply } from './held-reply.js';

export const replyInProgressChecks: readonly Check[] = [
  {
    id: 'STREAM-2',
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
