import { headers, serverHeaders } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf } from '../probe.js';
import { findMessage, idOf, replyOf, unique } from './expectations.js';

export const httpExtensionChecks: readonly Check[] = [
  {
    id: 'MIN-1',
    extension: 'minimal',
    rule: 'With "Prefer: return=minimal" the response contains only the two new messages.',
    async run(probe) {
      await probe.send(unique('Before'));
      const content = unique('In short');
      const response = await probe.send(content, {
        headers: { [headers.prefer]: 'return=minimal' },
      });
      const messages = messagesOf(response);
      probe.expectEqual(messages.length, 2, 'the number of messages');
      probe.expectEqual(messages[0]?.content, content, 'the first of the two');
      probe.expectEqual(replyOf(probe, response).content, response.json?.response, 'the second');
      const applied = response.headers.get(serverHeaders.preferenceApplied);
      probe.expectEqual(applied, 'return=minimal', 'Preference-Applied');
    },
  },
  {
    id: 'FILTER-1',
    extension: 'history-filters',
    rule: 'order=asc lists the oldest first; an unknown order is a 400.',
    async run(probe) {
      await probe.send(unique('The last of all'));
      const { total } = await probe.history();
      const newest = (await probe.history('?pageSize=1&page=1&order=desc')).messages;
      const last = (await probe.history(`?pageSize=1&page=${total}&order=asc`)).messages;
      probe.expectEqual(last, newest, 'the last page with order=asc');
      const pair = (await probe.history('?pageSize=2&order=asc')).messages;
      const ends = (await probe.history(`?pageSize=1&page=${total}`)).messages;
      probe.expectEqual(pair[0], ends[0], 'the first message with order=asc');
      await probe.expectRejected('history', 400, { query: '?order=random' });
    },
  },
  {
    id: 'FILTER-2',
    extension: 'history-filters',
    rule: 'sessionId limits the history to one session; an unknown one is a 404.',
    async run(probe) {
      const token = await probe.login();
      await probe.send(unique('In another session'), { token });
      await probe.call('logout', { token });
      const content = unique('In this session');
      const response = await probe.send(content);
      const { sessionId } = findMessage(probe, messagesOf(response), content);
      const { messages, total } = await probe.history(`?sessionId=${sessionId}&pageSize=100`);
      probe.expectEqual(total, messagesOf(response).length, 'the total of the session');
      probe.expectEqual(
        messages.map(({ id }) => id).reverse(),
        messagesOf(response).map(({ id }) => id),
        'the messages of the session',
      );
      await probe.expectRejected('history', 404, { query: '?sessionId=nobody-knows-it' });
    },
  },
  {
    id: 'SESS-1',
    extension: 'sessions',
    rule: 'GET /chat/sessions lists the sessions, newest first, page by page.',
    async run(probe) {
      const token = await probe.login();
      await probe.send(unique('In the older session'), { token });
      await probe.call('logout', { token });
      const content = unique('In the newer session');
      const sent = messagesOf(await probe.send(content));
      const list = async (query: string) => {
        const response = await probe.call('sessions', { token: await probe.token(), query });
        probe.expectStatus(response, 200);
        return response.json as {
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
      probe.expectEqual(
        newest?.id,
        findMessage(probe, sent, content).sessionId,
        'the newest session',
      );
      probe.expectEqual(newest?.messageCount, sent.length, 'its "messageCount"');
      probe.expectEqual(newest?.lastMessageTime, sent.at(-1)?.timestamp, 'its "lastMessageTime"');
      const { total = 0 } = pagination;
      probe.expectEqual(pagination, { total, page: 1, pageSize: 2 }, '"pagination"');
      const second = await list('?pageSize=1&page=2');
      probe.expectEqual(second.sessions, [older], 'the second page with pageSize=1');
      await probe.expectRejected('sessions', 400, { query: '?page=0' });
    },
  },
  {
    id: 'FEED-1',
    extension: 'feedback',
    rule: 'POST /chat/feedback rates a reply; a second rating replaces the first.',
    async run(probe) {
      const reply = replyOf(probe, await probe.send(unique('Rate me')));
      const messageId = idOf(probe, reply);
      const token = await probe.token();
      const rate = async () =>
        (await probe.call('chatStats', { token })).json?.satisfactionRate as number;
      const rateReply = async (satisfied: boolean) => {
        const response = await probe.call('feedback', { token, body: { messageId, satisfied } });
        probe.expectStatus(response, 200);
        const message = response.json?.message as { id?: string } | undefined;
        probe.expectEqual(message?.id, messageId, 'the id of the rated message');
        return rate();
      };
      const unsatisfied = await rateReply(false);
      const satisfied = await rateReply(true);
      probe.expect(satisfied > unsatisfied, 'a satisfied rating must increase the rate');
      probe.expectEqual(await rateReply(true), satisfied, 'the rate after the same rating again');
      probe.expectEqual(
        await rateReply(false),
        unsatisfied,
        'the rate after the first rating again',
      );
    },
  },
  {
    id: 'FEED-2',
    extension: 'feedback',
    rule: 'Only replies can be rated: an unknown id is a 404, a message of the user a 400.',
    async run(probe) {
      const content = unique('Rate the other one');
      const question = findMessage(probe, messagesOf(await probe.send(content)), content);
      const expectRejected = (status: number, messageId: unknown, satisfied: unknown = true) =>
        probe.expectRejected('feedback', status, { body: { messageId, satisfied } });
      await expectRejected(404, 'nobody-knows-it');
      await expectRejected(400, idOf(probe, question));
      await expectRejected(400, 7);
      await expectRejected(400, 'nobody-knows-it', 'yes');
    },
  },
];
