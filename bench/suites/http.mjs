// Calls through the real program on SQLite, compared with HTTP and SQLite alone.
import { prepareHttp } from '../http/fixture.mjs';

// V8 compiles the code during the first rounds.
const perSecond = { rounds: 15, warmUp: 8, smokeRounds: 3 };
const pageFromMemory = 'bare Fastify, the page from memory';

export const http = {
  name: 'http',
  title: 'Calls through HTTP and SQLite',
  about:
    'The program of `chat-server start`, with tokens, limits and validation, and a minimal client on 50 connections. The baseline of `history` is a Fastify route that sends a page from memory. ' +
    'Our server caches pages, too, and checks in the database whether a page has changed: in `history` no page changes, in `history-changed` each user sent a message since the last call. ' +
    'The first baseline of `send` is a Fastify route that only inserts the two messages of a turn: no token, limits, sessions, statistics or repeated requests. The inserts of users who write at the same time share a commit. ' +
    'The second one is a loop without HTTP that inserts two messages, with one commit for each user. The third one is the same loop with one commit for 50 users, which a server that handles one call at a time cannot do.',
  notes:
    'Cost of each part, and how it was reduced: [Cost of a frame, an idle socket, a delta and a request](decisions/realtime-cost.md).',
  prepare: prepareHttp,
  measurements: [
    {
      ...perSecond,
      name: 'history',
      title: 'GET /chat/history, 20 messages, with a token',
      unit: 'calls/s',
      toValue: (ms, { calls }) => (calls * 1000) / ms,
      candidate: 'our server',
      baselines: { [pageFromMemory]: { atLeast: 0.6 } },
      peers: async (fixture) => {
        const { ours, bare } = await fixture.readers();
        return {
          'our server': () => ours.run(fixture.calls),
          [pageFromMemory]: () => bare.run(fixture.calls),
        };
      },
    },
    {
      ...perSecond,
      name: 'history-changed',
      title: ({ calls }) =>
        `the same for ${calls.toLocaleString('en')} users, each page changed since the last call`,
      unit: 'calls/s',
      toValue: (ms, { calls }) => (calls * 1000) / ms,
      candidate: 'our server',
      baselines: { [pageFromMemory]: { atLeast: 0.35 } },
      peers: async (fixture) => {
        const { ours, bare } = await fixture.changingReaders();
        return {
          'our server': async () => {
            await ours.change();
            const started = performance.now();
            await ours.read();
            return performance.now() - started;
          },
          [pageFromMemory]: () => bare.run(fixture.calls),
        };
      },
    },
    {
      ...perSecond,
      name: 'history-cost',
      title: 'the processor time of the server for such a call',
      unit: 'µs',
      toValue: (ms, { calls }) => (ms * 1000) / calls,
      candidate: 'our server',
      baselines: { [pageFromMemory]: {} },
      peers: async (fixture) => {
        const { ours, bare } = await fixture.readers();
        const costOf = (server) => async () => {
          const before = await server.cpu();
          await server.run(fixture.calls);
          return (await server.cpu()) - before;
        };
        return { 'our server': costOf(ours), [pageFromMemory]: costOf(bare) };
      },
    },
    {
      ...perSecond,
      name: 'send',
      title: ({ connections }) =>
        `POST /chat, return=minimal, echo, ${connections} users at a time`,
      unit: 'turns/s',
      toValue: (ms, { turns }) => (turns * 1000) / ms,
      candidate: 'our server',
      baselines: {
        'a Fastify route with the two inserts': {},
        'the two inserts in a loop': {},
        'the same loop, 50 users per commit': { atLeast: 0.5 },
      },
      peers: async (fixture) => {
        const { fastify, inserts, ours } = await fixture.writers();
        const { turns, connections } = fixture;
        return {
          'our server': () => ours.run(turns),
          'a Fastify route with the two inserts': () => fastify.run(turns),
          'the two inserts in a loop': () => inserts.request({ turns, together: 1 }),
          'the same loop, 50 users per commit': () =>
            inserts.request({ turns, together: connections }),
        };
      },
    },
  ],
};
