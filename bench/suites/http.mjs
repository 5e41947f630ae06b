// Calls a second through the real program on SQLite, beside what HTTP and SQLite cost by themselves.
import { prepareHttp } from '../http/stage.mjs';

const perSecond = { rounds: 15, smokeRounds: 3 };
const pageFromMemory = 'bare Fastify, the page from memory';

export const http = {
  name: 'http',
  title: 'Calls through HTTP and SQLite',
  about:
    'The program as `chat-server start` runs it, token, limits and validation included, under a client that does next to nothing, on 50 connections. `history` is beside a Fastify route that has the page in memory and serialises it; ours keeps pages too, and asks the file each time whether they still hold. In `history` they always do, in `history-changed` never: each is read by a user who said something since. `send` is beside the inserts of its two messages in a loop, each committed before the next, and beside the same loop with 50 users sharing each commit, which nobody who answers one call at a time could do.',
  explained:
    'What the profiles showed: [what a frame, an idle socket and a call cost](decisions/realtime-cost.md).',
  prepare: prepareHttp,
  measurements: [
    {
      ...perSecond,
      name: 'history',
      title: 'GET /chat/history, 20 messages, token checked',
      unit: 'calls/s',
      figure: (ms, { calls }) => (calls * 1000) / ms,
      subject: 'our server',
      beside: { [pageFromMemory]: { atLeast: 0.4, stretch: 0.6 } },
      peers: async (stage) => {
        const { ours, bare } = await stage.readers();
        return {
          'our server': () => ours.run(stage.calls),
          [pageFromMemory]: () => bare.run(stage.calls),
        };
      },
    },
    {
      ...perSecond,
      name: 'history-changed',
      title: ({ calls }) =>
        `the same of ${calls.toLocaleString('en')} users, each page changed since it was read`,
      unit: 'calls/s',
      figure: (ms, { calls }) => (calls * 1000) / ms,
      subject: 'our server',
      beside: { [pageFromMemory]: {} },
      peers: async (stage) => {
        const { ours, bare } = await stage.changingReaders();
        return {
          'our server': async () => {
            await ours.change();
            const started = performance.now();
            await ours.read();
            return performance.now() - started;
          },
          [pageFromMemory]: () => bare.run(stage.calls),
        };
      },
    },
    {
      ...perSecond,
      name: 'history-cost',
      title: 'the processor time of the server for such a call',
      unit: 'µs',
      figure: (ms, { calls }) => (ms * 1000) / calls,
      subject: 'our server',
      beside: { [pageFromMemory]: {} },
      peers: async (stage) => {
        const { ours, bare } = await stage.readers();
        const costOf = (server) => async () => {
          const before = await server.cpu();
          await server.run(stage.calls);
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
      figure: (ms, { turns }) => (turns * 1000) / ms,
      subject: 'our server',
      beside: { 'the two inserts in a loop': { atLeast: 0.5 }, 'the same, 50 to a commit': {} },
      peers: async (stage) => {
        const { ours, inserts } = await stage.writers();
        const { turns, connections } = stage;
        return {
          'our server': () => ours.run(turns),
          'the two inserts in a loop': () => inserts.ask({ turns, together: 1 }),
          'the same, 50 to a commit': () => inserts.ask({ turns, together: connections }),
        };
      },
    },
  ],
};
