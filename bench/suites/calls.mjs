import { ChatClient } from '../../packages/client/dist/node/index.js';
import { ChatClient as RestClient } from '../../packages/client/dist/node/rest/index.js';
import { forkServer } from '../forked.mjs';
import { installPeers } from '../peers/install.mjs';

const path = '/api/v1/chat/history';
const query = { page: 1, pageSize: 20 };
const callsPerRound = 64;

async function prepare({ log }) {
  await installPeers(log);
  const { axiosCaller, kyCaller, openAiCaller } = await import('../peers/callers.mjs');
  const { port, stop } = await forkServer(new URL('../calls/backend.mjs', import.meta.url));
  const origin = `http://127.0.0.1:${port}`;
  const token = 'a-token-of-the-bench';
  const client = new ChatClient({ baseUrl: origin, token });
  const withoutKy = new RestClient({ baseUrl: origin, token });
  const withKy = kyCaller(origin, token);
  const withAxios = axiosCaller(origin, token);
  const withOpenAi = openAiCaller(origin, token);
  const url = `${origin}${path}?${new URLSearchParams(query)}`;
  const headers = { Authorization: `Bearer ${token}` };
  return {
    close: stop,
    callers: {
      'our client': () => client.chat.history(query),
      '@chat/client/rest': () => withoutKy.chat.history(query),
      'bare ky': () => withKy(path, query),
      'openai SDK': () => withOpenAi(path, query),
      'axios with fetch': () => withAxios(path, query),
      'bare fetch': async () => (await fetch(url, { headers })).json(),
    },
  };
}

/** A round of each caller, with `concurrency` calls at a time. */
function rounds({ callers }, concurrency) {
  const peers = Object.entries(callers).map(([name, call]) => [
    name,
    async () => {
      let left = callsPerRound;
      const work = async () => {
        while (left > 0) {
          left -= 1;
          await call();
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
    },
  ]);
  return Object.fromEntries(peers);
}

/** The same rounds in processor time of this process (ms), which depends less on the load of the machine. */
function costs(fixture, concurrency) {
  const costOf = (round) => async () => {
    const before = process.cpuUsage();
    await round();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const peers = Object.entries(rounds(fixture, concurrency));
  return Object.fromEntries(peers.map(([name, round]) => [name, costOf(round)]));
}

const common = {
  rounds: 100,
  smokeRounds: 5,
  unit: 'µs a call',
  toValue: (ms) => (ms * 1000) / callsPerRound,
  candidate: 'our client',
  baselines: {
    'bare ky': { atMost: 1.05, smoke: { atMost: 2.5, gate: true } },
    'openai SDK': { atMost: 1 },
    'axios with fetch': { atMost: 1 },
    '@chat/client/rest': {},
  },
};

export const calls = {
  name: 'calls',
  title: 'One call of the client',
  about:
    'An authenticated `GET` of a page of 20 messages. The backend, in its own process, only writes the page. Our client also validates the response. It sends requests through ky; `@chat/client/rest` does the same without ky.',
  notes:
    'What a call costs: [Why ky sends requests but does not retry them](decisions/ky-without-its-retries.md).',
  prepare,
  measurements: [
    { ...common, name: 'one', title: 'one at a time', peers: (fixture) => rounds(fixture, 1) },
    { ...common, name: 'many', title: '32 at a time', peers: (fixture) => rounds(fixture, 32) },
    {
      ...common,
      name: 'cost',
      title: 'the processor time of the caller, one at a time',
      baselines: { 'bare ky': { atMost: 1.05 }, 'openai SDK': {}, '@chat/client/rest': {} },
      peers: (fixture) => costs(fixture, 1),
    },
  ],
};
