import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { findMessage, idOf, replyOf, unique } from './expectations.js';

export const regenerationChecks: readonly Check[] = [
  {
    id: 'REGEN-1',
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
    extension: 'regenerate',
    rule: 'Regenerating an unknown message is a 404.',
    async run(probe) {
      await probe.expectRejected('regenerate', 404, { body: { messageId: 'nobody-knows-it' } });
      await probe.expectRejected('regenerate', 400, { body: { messageId: 7 } });
    },
  },
];

export const regenerationIsolationChecks: readonly Check[] = [
  {
    id: 'REGEN-3',
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
