import type { Check } from '../check.js';
import { expectMessageShape, unique } from './expectations.js';

export const historyChecks: readonly Check[] = [
  {
    id: 'HIST-1',
    rule: 'All messages of the user from all sessions, newest first.',
    async run(probe) {
      const previous = unique('In the previous session');
      const token = await probe.login();
      await probe.send(previous, { token });
      await probe.call('logout', { token });
      const mine = unique('In this session');
      await probe.send(mine);
      const { messages } = await probe.history('?pageSize=100');
      const userMessages = messages.filter(({ role }) => role === 'user');
      const contents = userMessages.map(({ content }) => content);
      probe.expectEqual(contents.indexOf(mine), 0, "the newest of the user's own messages");
      probe.expectEqual(
        contents.indexOf(previous),
        1,
        'the one before it, from the previous session',
      );
    },
  },
  {
    id: 'HIST-2',
    rule: 'page defaults to 1 and pageSize to 20 (at most 100); both are returned with the total.',
    async run(probe) {
      const token = await probe.token();
      await probe.send(unique('For the history'));
      const pagination = async (query: string) =>
        (await probe.call('history', { token, query })).json?.pagination as Record<string, number>;
      const { total } = await pagination('');
      probe.expectEqual(await pagination(''), { total, page: 1, pageSize: 20 }, 'the defaults');
      const requested = await pagination('?page=2&pageSize=100');
      probe.expectEqual(requested, { total, page: 2, pageSize: 100 }, 'the requested values');
      const { messages } = await probe.history('?pageSize=1');
      probe.expectEqual(messages.length, 1, 'the number of messages with pageSize=1');
      for (const message of messages) expectMessageShape(probe, message);
    },
  },
  {
    id: 'HIST-3',
    rule: 'Any other page or pageSize is a 400.',
    async run(probe) {
      const token = await probe.token();
      for (const invalid of [
        '0',
        '-1',
        '1.5',
        '1e9',
        'NaN',
        '',
        'two',
        '0x10',
        '99999999999999999999',
      ]) {
        for (const name of ['page', 'pageSize']) {
          const query = `?${name}=${invalid}`;
          const response = await probe.call('history', { token, query });
          probe.expect(response.status === 400, `${query} must be a 400, got ${response.status}`);
        }
      }
      for (const query of ['?pageSize=101', '?page=1&page=2', '?pageSize=5&pageSize=5']) {
        const response = await probe.call('history', { token, query });
        probe.expect(response.status === 400, `${query} must be a 400, got ${response.status}`);
      }
    },
  },
  {
    id: 'HIST-4',
    rule: 'A page past the end is empty and has the right total.',
    async run(probe) {
      await probe.send(unique('Not far from the end'));
      const { total } = await probe.history();
      for (const page of [Math.ceil(total / 20) + 1, 1_000_000]) {
        const past = await probe.history(`?page=${page}`);
        probe.expectEqual(past.messages, [], 'the messages past the end');
        probe.expectEqual(past.total, total, 'the total past the end');
      }
    },
  },
  {
    id: 'HIST-5',
    rule: 'Pages join without gap and without overlap.',
    async run(probe) {
      for (const word of ['One', 'Two', 'Three']) await probe.send(unique(word));
      const whole = (await probe.history('?pageSize=6')).messages.map(({ content }) => content);
      const joined: string[] = [];
      for (const page of [1, 2, 3]) {
        const { messages } = await probe.history(`?pageSize=2&page=${page}`);
        joined.push(...messages.map(({ content }) => content));
      }
      probe.expectEqual(joined, whole, 'three pages of two, compared with one page of six');
    },
  },
];
