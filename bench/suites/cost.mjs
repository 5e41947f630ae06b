// The cost of a call must not grow with the stored data.
import { prepareCost } from '../cost/fixture.mjs';

// At small sizes and with few rounds the values are rough, but a growing cost is still visible.
const flat = { atMost: 1.3, gate: true, smoke: { atMost: 2, gate: true } };
const common = { rounds: 200, smokeRounds: 100 };

/** The peers of a measurement with a long and a short history. */
const longAndShort = (peers) => async (fixture) => peers(await fixture.longAndShort());

/** Times the read of a page after a new message: an unchanged page would come from the cache. */
const changedPage =
  ({ get, send }, user, page = 1) =>
  async () => {
    await send(user);
    const started = performance.now();
    await get(user, `/chat/history?page=${page}`);
    return performance.now() - started;
  };

export const cost = {
  name: 'cost',
  title: 'Cost with more data, through HTTP and SQLite, one call at a time',
  prepare: prepareCost,
  measurements: [
    {
      ...common,
      name: 'history-page',
      title: 'GET /chat/history, 20 messages of a long history, after a new message',
      candidate: 'the last page',
      baselines: { 'the first page': flat },
      peers: longAndShort(({ longHistory, ...program }) => ({
        'the last page': changedPage(program, longHistory, Math.ceil(longHistory.messages / 20)),
        'the first page': changedPage(program, longHistory),
      })),
    },
    {
      ...common,
      name: 'history-length',
      title: 'GET /chat/history, the newest 20 messages, after a new message',
      candidate: 'of the long history',
      baselines: { 'of a short history': flat },
      peers: longAndShort(({ longHistory, shortHistory, ...program }) => ({
        'of the long history': changedPage(program, longHistory),
        'of a short history': changedPage(program, shortHistory),
      })),
    },
    {
      ...common,
      name: 'send',
      title: 'POST /chat with return=minimal',
      candidate: 'in a long session',
      baselines: { 'in a session of about 10': flat },
      peers: longAndShort(({ send, longSession, shortSession }) => ({
        'in a long session': () => send(longSession),
        'in a session of about 10': (round) => send(shortSession(round)),
      })),
    },
    {
      ...common,
      name: 'chat-stats',
      title: 'GET /stats/chat',
      candidate: 'of the long history',
      baselines: { 'of a short history': flat },
      peers: longAndShort(({ get, longHistory, shortHistory }) => ({
        'of the long history': () => get(longHistory, '/stats/chat'),
        'of a short history': () => get(shortHistory, '/stats/chat'),
      })),
    },
    {
      ...common,
      name: 'message-stats',
      title: 'GET /stats/messages',
      candidate: 'of the long history',
      baselines: { 'of a short history': flat },
      peers: longAndShort(({ get, longHistory, shortHistory }) => ({
        'of the long history': () => get(longHistory, '/stats/messages'),
        'of a short history': () => get(shortHistory, '/stats/messages'),
      })),
    },
    {
      ...common,
      name: 'users',
      title: ({ sizes }) => `POST /chat with return=minimal, ${sizes.users} users or ${sizes.few}`,
      candidate: 'among many users',
      baselines: { 'among few': flat },
      peers: async (fixture) => {
        const [many, few] = [await fixture.manyUsers(), await fixture.few()];
        return { 'among many users': many.sendInTurn, 'among few': few.sendInTurn };
      },
    },
    {
      ...common,
      name: 'sockets',
      title: ({ sizes }) => `POST /chat with return=minimal, ${sizes.sockets} open sockets or none`,
      candidate: 'with many sockets',
      baselines: { 'without sockets': flat },
      peers: async (fixture) => {
        const [many, few] = [await fixture.manySockets(), await fixture.few()];
        return { 'with many sockets': many.sendInTurn, 'without sockets': few.sendInTurn };
      },
    },
  ],
};
