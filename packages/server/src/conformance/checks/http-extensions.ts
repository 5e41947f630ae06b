import { headers, type MessageStatus } from '@chat/contract';
import type { Check } from '../check.js';
import { messagesOf, type Probe, type WireMessage } from '../probe.js';
import { find, idOf, replyOf, unique } from './expectations.js';

const statusOrder: readonly MessageStatus[] = ['sent', 'delivered', 'read'];

function key(value: string): Record<string, string> {
  return { [headers.idempotencyKey]: value };
}

/** How often the user's newest messages hold this one. */
async function timesStored(probe: Probe, content: string): Promise<number> {
  const { messages } = await probe.history('?pageSize=20');
  return messages.filter((message) => message.content === content && message.role === 'user')
    .length;
}

/** The reply that says that it answers the message with this content; no question says such a thing. */
function expectAnswered(
  probe: Probe,
  messages: readonly WireMessage[],
  content: string,
): WireMessage {
  const id = idOf(probe, find(probe, messages, content));
  const reply = messages.find(({ replyTo }) => replyTo === id);
  probe.expect(
    reply?.role === 'assistant',
    `a reply must carry "replyTo" with ${JSON.stringify(id)}, the id of its question`,
  );
  const asking = messages.some(({ role, replyTo }) => role === 'user' && replyTo !== undefined);
  probe.expect(!asking, 'a message of the user answers none');
  return reply as WireMessage;
}

export const httpExtensionChecks: readonly Check[] = [
  {
    id: 'EXT-1',
    layer: 'extension',
    says: 'Chat-Extensions is in every answer.',
    async run(probe) {
      const token = await probe.token();
      for (const answer of [
        await probe.call('chatStats', { token }),
        await probe.call('chatStats'),
      ]) {
        const names = answer.headers.get(headers.extensions) ?? '';
        probe.expect(
          /^[\w-]+(, *[\w-]+)*$/.test(names),
          'Chat-Extensions must list the extensions',
        );
      }
    },
  },
  {
    id: 'IDENT-1',
    layer: 'extension',
    extension: 'identity',
    says: 'Messages and message frames also carry id, sessionId and status.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Who am I?');
      const messages = messagesOf(await probe.send(content));
      const frame = await socket.message('user', content);
      for (const message of [...messages, frame.data]) {
        for (const name of ['id', 'sessionId', 'status'] as const) {
          probe.expect(typeof message[name] === 'string', `a message needs "${name}", a string`);
        }
      }
      probe.expectEqual(frame.data.id, find(probe, messages, content).id, 'the id in the frame');
      const ids = messages.map(({ id }) => id);
      probe.expectEqual(new Set(ids).size, ids.length, 'the number of different ids');
    },
  },
  {
    id: 'IDENT-2',
    layer: 'extension',
    extension: 'identity',
    says: 'status is sent, delivered or read, and only moves forward.',
    async run(probe) {
      const content = unique('How far did I get?');
      const first = find(probe, messagesOf(await probe.send(content)), content);
      const second = find(probe, (await probe.history('?pageSize=2')).messages, content);
      const third = find(probe, (await probe.history('?pageSize=2')).messages, content);
      const steps = [first, second, third].map(({ status }) =>
        statusOrder.indexOf(status as MessageStatus),
      );
      probe.expect(!steps.includes(-1), 'status must be "sent", "delivered" or "read"');
      probe.expectEqual(steps, [...steps].sort(), 'the statuses over time');
      probe.expect((steps[2] ?? 0) >= 1, 'a message that left to a client must be "delivered"');
    },
  },
  {
    id: 'REPLY-1',
    layer: 'extension',
    extension: 'reply-to',
    says: 'A reply carries replyTo, the id of the message that it answers, in answers, history and frames.',
    async run(probe) {
      const socket = await probe.socket();
      const content = unique('Which one do you answer?');
      const answer = await probe.send(content);
      const { id, replyTo } = expectAnswered(probe, messagesOf(answer), content);
      const { messages } = await probe.history('?pageSize=2');
      probe.expectEqual(expectAnswered(probe, messages, content).id, id, 'the id in the history');
      const frame = await socket.next(({ data }) => data.id === id, 'the frame of the reply');
      probe.expectEqual(frame.data.replyTo, replyTo, '"replyTo" in the frame');
      if (probe.harness.failAssistant === undefined) return;
      const late = unique('And this one, late?');
      const given = { token: await probe.token(), headers: key(unique('key')) };
      probe.harness.failAssistant(1);
      await probe.call('sendMessage', { ...given, body: { message: late } });
      await probe.send(unique('Something in between'));
      expectAnswered(probe, messagesOf(await probe.send(late, given)), late);
    },
  },
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
