import type { ChatStats, MessageStats } from '@chat/contract';
import type { Check } from '../check.js';
import type { Probe } from '../probe.js';
import { idOf, replyOf, unique } from './expectations.js';

async function chatStats(probe: Probe, token?: string): Promise<ChatStats> {
  const response = await probe.call('chatStats', { token: token ?? (await probe.token()) });
  probe.expectStatus(response, 200);
  const stats = response.json as unknown as ChatStats;
  for (const name of ['todayChats', 'totalChats', 'avgResponseTime', 'satisfactionRate'] as const) {
    probe.expect(typeof stats[name] === 'number', `"${name}" must be a number`);
  }
  return stats;
}

async function messageStats(probe: Probe, token?: string): Promise<MessageStats> {
  const response = await probe.call('messageStats', { token: token ?? (await probe.token()) });
  probe.expectStatus(response, 200);
  const stats = response.json as unknown as MessageStats;
  for (const name of ['todayMessages', 'totalMessages', 'avgMessagesPerChat'] as const) {
    probe.expect(typeof stats[name] === 'number', `"${name}" must be a number`);
  }
  return stats;
}

export const statisticsChecks: readonly Check[] = [
  {
    id: 'STAT-1',
    rule: 'The statistics are those of the user; a chat is a session; days are UTC days.',
    async run(probe) {
      await probe.send(unique('The session that is counted'));
      const before = await chatStats(probe);
      const token = await probe.login();
      await probe.send(unique('Still the same session'), { token });
      const same = await chatStats(probe);
      probe.expectEqual(same.totalChats, before.totalChats, '"totalChats" within one session');
      await probe.call('logout', { token });
      await probe.send(unique('The session after'));
      const after = await chatStats(probe);
      probe.expectEqual(after.totalChats, before.totalChats + 1, '"totalChats" with a new session');
      probe.expectEqual(after.todayChats, before.todayChats + 1, '"todayChats" with a new session');
    },
  },
  {
    id: 'STAT-2',
    rule: 'The message counts include both roles; avgMessagesPerChat is their mean per chat.',
    async run(probe) {
      const before = await messageStats(probe);
      await probe.send(unique('Two more messages'));
      const after = await messageStats(probe);
      probe.expectEqual(after.totalMessages, before.totalMessages + 2, '"totalMessages"');
      probe.expectEqual(after.todayMessages, before.todayMessages + 2, '"todayMessages"');
      probe.expectEqual((await probe.history()).total, after.totalMessages, "the history's total");
      const mean = after.totalMessages / (await chatStats(probe)).totalChats;
      probe.expect(
        Math.abs(after.avgMessagesPerChat - mean) <= 0.01,
        `"avgMessagesPerChat" must be ${mean}, got ${after.avgMessagesPerChat}`,
      );
    },
  },
  {
    id: 'STAT-3',
    rule: 'avgResponseTime is the mean duration of a reply in ms, and 0 before the first.',
    needs: ['fresh-user', 'held-assistant', 'clock'],
    async run(probe) {
      const credentials = await probe.harness.freshUser?.();
      const token = await probe.login(credentials);
      probe.expectEqual((await chatStats(probe, token)).avgResponseTime, 0, 'before any reply');
      const held = probe.harness.holdAssistant?.();
      const response = probe.send(unique('Take your time'), { token });
      await held?.requested;
      await probe.wait(400);
      held?.release();
      await response;
      const { avgResponseTime } = await chatStats(probe, token);
      probe.expect(
        avgResponseTime >= 400 && avgResponseTime < 60_000,
        `"avgResponseTime" must be at least the 400 ms that the reply took, got ${avgResponseTime}`,
      );
    },
  },
  {
    id: 'STAT-4',
    rule: 'satisfactionRate is the share of satisfied ratings in percent, and 0 without ratings.',
    needs: ['fresh-user'],
    async run(probe) {
      const token = await probe.login(await probe.harness.freshUser?.());
      const rate = async () => (await chatStats(probe, token)).satisfactionRate;
      probe.expectEqual(await rate(), 0, 'the rate without ratings');
      const response = await probe.send(unique('How was it?'), { token });
      // Only a backend with the feedback extension has ratings.
      if ((await probe.call('feedback', { token, body: {} })).status === 404) return;
      const first = idOf(probe, replyOf(probe, response));
      const second = idOf(probe, replyOf(probe, await probe.send(unique('And now?'), { token })));
      const rateReply = (messageId: string, satisfied: boolean) =>
        probe.call('feedback', { token, body: { messageId, satisfied } });
      await rateReply(first, true);
      probe.expectEqual(await rate(), 100, 'the rate with one satisfied rating');
      await rateReply(second, false);
      probe.expectEqual(await rate(), 50, 'the rate with one of two satisfied');
    },
  },
];
