import { ChatClient } from '../../packages/client/dist/node/index.js';
import { startBackend } from '../calls/start-backend.mjs';
import { installPeers } from '../peers/install.mjs';

const path = '/api/v1/chat/history';
const query = { page: 1, pageSize: 20 };
const inARound = 64;

async function prepare({ say }) {
  await installPeers(say);
  const { axiosCaller, kyCaller, openAiCaller } = await import('../peers/callers.mjs');
  const { origin, stop } = await startBackend();
  const token = 'a-token-of-the-bench';
  const client = new ChatClient({ baseUrl: origin, token });
  const withKy = kyCaller(origin, token);
  const withAxios = axiosCaller(origin, token);
  const withOpenAi = openAiCaller(origin, token);
  const url = `${origin}${path}?${new URLSearchParams(query)}`;
  const headers = { Authorization: `Bearer ${token}` };
  return {
    close: stop,
    callers: {
      'our client': () => client.chat.history(query),
      'bare ky': () => withKy(path, query),
      'openai SDK': () => withOpenAi(path, query),
      'axios with fetch': () => withAxios(path, query),
      'bare fetch': async () => (await fetch(url, { headers })).json(),
    },
  };
}

/** A round of each: so many calls, `width` of them at a time. */
function rounds({ callers }, width) {
  const peers = Object.entries(callers).map(([name, call]) => [
    name,
    async () => {
      let left = inARound;
      const lane = async () => {
        while (left > 0) {
          left -= 1;
          await call();
        }
      };
      await Promise.all(Array.from({ length: width }, lane));
    },
  ]);
  return Object.fromEntries(peers);
}

/** The same rounds by what they cost this process, in milliseconds: it depends less on who else is busy. */
function costs(stage, width) {
  const costOf = (round) => async () => {
    const before = process.cpuUsage();
    await round();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const peers = Object.entries(rounds(stage, width));
  return Object.fromEntries(peers.map(([name, round]) => [name, costOf(round)]));
}

const common = {
  rounds: 100,
  smokeRounds: 5,
  unit: 'µs a call',
  figure: (ms) => (ms * 1000) / inARound,
  subject: 'our client',
  beside: {
    'bare ky': { atMost: 1.1, smoke: { atMost: 2.5, gate: true } },
    'openai SDK': { atMost: 1 },
    'axios with fetch': { atMost: 1 },
  },
};

export const calls = {
  name: 'calls',
  title: 'One call of the client',
  about:
    'An authenticated `GET` of a page of 20 messages from a backend in a process of its own that only writes it out. Ours is checked against the contract as well.',
  prepare,
  measurements: [
    { ...common, name: 'one', title: 'one at a time', peers: (stage) => rounds(stage, 1) },
    { ...common, name: 'many', title: '32 at a time', peers: (stage) => rounds(stage, 32) },
    {
      ...common,
      name: 'cost',
      title: 'the processor time of the caller, one at a time',
      beside: { 'bare ky': {}, 'openai SDK': {} },
      peers: (stage) => costs(stage, 1),
    },
  ],
};
