import { headers } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { find, idOf, replyOf, unique } from './expectations.js';

export const httpExtensionChecks: readonly Check[] = [
  {
    id: 'MIN-1',
    layer: 'extension',
    extension: 'minimal',
    says: 'With "Prefer: return=minimal" the answer holds only the two new messages.',
    async run(probe) {
      await probe.send(unique('Before'));
      const content = unique('In short');
      const answer = await probe.send(content, { headers: { [headers.prefer]: 'return=minimal' } });
      const messages = messagesOf(answer);
      probe.expectEqual(messages.length, 2, 'the number of messages');
      probe.expectEqual(messages[0]?.content, content, 'the first of the two');
      probe.expectEqual(replyOf(probe, answer).content, answer.json?.response, 'the second');
      const applied = answer.headers.get(headers.preferenceApplied);
      probe.expectEqual(applied, 'return=minimal', 'Preference-Applied');
    },
  },
  {
    id: 'FILTER-1',
    layer: 'extension',
    extension: 'history-filters',
    says: 'order=asc gives the oldest first; another word is a 400.',
    async run(probe) {
      await probe.send(unique('The last of all'));
      const { total } = await probe.history();
      const newest = (await probe.history('?pageSize=1&page=1&order=desc')).messages;
      const last = (await probe.history(`?pageSize=1&page=${total}&order=asc`)).messages;
      probe.expectEqual(last, newest, 'the last page of the oldest first');
      const pair = (await probe.history('?pageSize=2&order=asc')).messages;
      const ends = (await probe.history(`?pageSize=1&page=${total}`)).messages;
      probe.expectEqual(pair[0], ends[0], 'the first of the oldest first');
      const token = await probe.token();
      const answer = await probe.call('history', { token, query: '?order=random' });
      probe.expectRefusal(answer, 400);
    },
  },
  {
    id: 'FILTER-2',
    layer: 'extension',
    extension: 'history-filters',
    says: 'sessionId narrows the history to one session; an unknown one is a 404.',
    async run(probe) {
      const token = await probe.login();
      await probe.send(unique('In another session'), { token });
      await probe.call('logout', { token });
      const content = unique('In this session');
      const answer = await probe.send(content);
      const { sessionId } = find(probe, messagesOf(answer), content);
      const { messages, total } = await probe.history(`?sessionId=${sessionId}&pageSize=100`);
      probe.expectEqual(total, messagesOf(answer).length, 'the total of the session');
      probe.expectEqual(
        messages.map(({ id }) => id).reverse(),
        messagesOf(answer).map(({ id }) => id),
        'the messages of the session',
      );
      const unknown = { token: await probe.token(), query: '?sessionId=nobody-knows-it' };
      probe.expectRefusal(await probe.call('history', unknown), 404);
    },
  },
  {
    id: 'SESS-1',
    layer: 'extension',
    extension: 'sessions',
    says: 'GET /chat/sessions lists the sessions, newest first, page by page.',
    async run(probe) {
      const token = await probe.login();
      await probe.send(unique('In the older session'), { token });
      await probe.call('logout', { token });
      const content = unique('In the newer session');
      const sent = messagesOf(await probe.send(content));
      const list = async (query: string) => {
        const answer = await probe.call('sessions', { token: await probe.token(), query });
        probe.expectStatus(answer, 200);
        return answer.json as {
          sessions: Record<string, unknown>[];
          pagination: Record<string, number>;
        };
      };
      const { sessions, pagination } = await list('?pageSize=2');
      const [newest, older] = sessions;
      for (const session of sessions) {
        for (const name of ['id', 'userId', 'startTime', 'lastMessageTime'] as const) {
          probe.expect(typeof session[name] === 'string', `a session needs "${name}", a string`);
        }
      }
      probe.expectEqual(newest?.id, find(probe, sent, content).sessionId, 'the newest session');
      probe.expectEqual(newest?.messageCount, sent.length, 'its "messageCount"');
      probe.expectEqual(newest?.lastMessageTime, sent.at(-1)?.timestamp, 'its "lastMessageTime"');
      const { total = 0 } = pagination;
      probe.expectEqual(pagination, { total, page: 1, pageSize: 2 }, '"pagination"');
      const second = await list('?pageSize=1&page=2');
      probe.expectEqual(second.sessions, [older], 'the second page of one');
      const refused = { token: await probe.token(), query: '?page=0' };
      probe.expectRefusal(await probe.call('sessions', refused), 400);
    },
  },
  {
    id: 'FEED-1',
    layer: 'extension',
    extension: 'feedback',
    says: 'POST /chat/feedback rates a reply; a second rating replaces the first.',
    async run(probe) {
      const reply = replyOf(probe, await probe.send(unique('Rate me')));
      const messageId = idOf(probe, reply);
      const token = await probe.token();
      const rate = async () =>
        (await probe.call('chatStats', { token })).json?.satisfactionRate as number;
      const rateReply = async (satisfied: boolean) => {
        const answer = await probe.call('feedback', { token, body: { messageId, satisfied } });
        probe.expectStatus(answer, 200);
        const message = answer.json?.message as { id?: string } | undefined;
        probe.expectEqual(message?.id, messageId, 'the id of the rated message');
        return rate();
      };
      const unsatisfied = await rateReply(false);
      const satisfied = await rateReply(true);
      probe.expect(satisfied > unsatisfied, 'a satisfied rating must raise the rate');
      probe.expectEqual(await rateReply(true), satisfied, 'the rate after the same rating again');
      probe.expectEqual(await rateReply(false), unsatisfied, 'the rate after the first again');
    },
  },
  {
    id: 'FEED-2',
    layer: 'extension',
    extension: 'feedback',
    says: "Only the caller's own replies can be rated.",
    async run(probe) {
      const content = unique('Rate the other one');
      const own = find(probe, messagesOf(await probe.send(content)), content);
      const token = await probe.token();
      const rate = (messageId: unknown, satisfied: unknown = true) =>
        probe.call('feedback', { token, body: { messageId, satisfied } });
      probe.expectRefusal(await rate('nobody-knows-it'), 404);
      probe.expectRefusal(await rate(idOf(probe, own)), 400);
      probe.expectRefusal(await rate(7), 400);
      probe.expectRefusal(await rate('nobody-knows-it', 'yes'), 400);
      if (probe.harness.secondUser === undefined) return;
      const other = await probe.login(probe.harness.secondUser);
      const theirs = replyOf(probe, await probe.send(unique('Not yours'), { token: other }));
      probe.expectRefusal(await rate(idOf(probe, theirs)), 404);
    },
  },
];
