// What a call costs must not grow with what is stored.
import { prepareCost } from '../cost/stage.mjs';

// At small sizes and few rounds the figures are rough; a cost that grows would still stand out.
const flat = { atMost: 1.3, gate: true, smoke: { atMost: 2, gate: true } };
const common = { rounds: 200, smokeRounds: 100 };

/** The peers of a measurement with the long history and the short one. */
const longAndShort = (peers) => async (stage) => peers(await stage.longAndShort());

/** Times a page that a new message changed: one that nothing changed would be given again as it is. */
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
  title: 'Cost against size, through HTTP and SQLite, one call at a time',
  prepare: prepareCost,
  measurements: [
    {
      ...common,
      name: 'history-page',
      title: 'GET /chat/history, 20 messages, after a new one of the user with the long history',
      subject: 'the last page',
      beside: { 'the first page': flat },
      peers: longAndShort(({ longHistory, ...program }) => ({
        'the last page': changedPage(program, longHistory, Math.ceil(longHistory.messages / 20)),
        'the first page': changedPage(program, longHistory),
      })),
    },
    {
      ...common,
      name: 'history-length',
      title: 'GET /chat/history, the newest 20 messages, after a new one',
      subject: 'of the long history',
      beside: { 'of a short history': flat },
      peers: longAndShort(({ longHistory, shortHistory, ...program }) => ({
        'of the long history': changedPage(program, longHistory),
        'of a short history': changedPage(program, shortHistory),
      })),
    },
    {
      ...common,
      name: 'send',
      title: 'POST /chat with return=minimal',
      subject: 'in a long session',
      beside: { 'in a session of about 10': flat },
      peers: longAndShort(({ send, longSession, shortSession }) => ({
        'in a long session': () => send(longSession),
        'in a session of about 10': (round) => send(shortSession(round)),
      })),
    },
    {
      ...common,
      name: 'chat-stats',
      title: 'GET /stats/chat',
      subject: 'of the long history',
      beside: { 'of a short history': flat },
      peers: longAndShort(({ get, longHistory, shortHistory }) => ({
        'of the long history': () => get(longHistory, '/stats/chat'),
        'of a short history': () => get(shortHistory, '/stats/chat'),
      })),
    },
    {
      ...common,
      name: 'message-stats',
      title: 'GET /stats/messages',
      subject: 'of the long history',
      beside: { 'of a short history': flat },
      peers: longAndShort(({ get, longHistory, shortHistory }) => ({
        'of the long history': () => get(longHistory, '/stats/messages'),
        'of a short history': () => get(shortHistory, '/stats/messages'),
      })),
    },
    {
      ...common,
      name: 'users',
      title: ({ sizes }) => `POST /chat with return=minimal, ${sizes.users} users or ${sizes.few}`,
      subject: 'among many users',
      beside: { 'among few': flat },
      peers: async (stage) => {
        const [many, few] = [await stage.manyUsers(), await stage.few()];
        return { 'among many users': many.sendInTurn, 'among few': few.sendInTurn };
      },
    },
    {
      ...common,
      name: 'sockets',
      title: ({ sizes }) => `POST /chat with return=minimal, ${sizes.sockets} open sockets or none`,
      subject: 'beside many sockets',
      beside: { 'beside none': flat },
      peers: async (stage) => {
        const [many, few] = [await stage.manySockets(), await stage.few()];
        return { 'beside many sockets': many.sendInTurn, 'beside none': few.sendInTurn };
      },
    },
  ],
};
