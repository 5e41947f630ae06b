// Streamed replies, compared with servers that only stream.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { forkServer } from '../forked.mjs';
import { openStreamConnection, streamRequest } from '../streams/stream-connection.mjs';
import { signToken } from '../token.mjs';

const secret = randomBytes(32).toString('hex');
/** Streams for one value, one after the other. */
const streamsPerRound = 32;

async function prepare({ smoke }) {
  const closing = [];
  const track = (resource) => {
    closing.push(resource);
    return resource;
  };
  return {
    streams: smoke ? 50 : 1_000,
    chunks: smoke ? 10 : 100,
    track,
    async start(name) {
      const file = new URL(`../streams/servers/${name}.mjs`, import.meta.url);
      const server = await forkServer(file, { BENCH_SECRET: secret });
      track({ close: () => server.stop() });
      return server;
    },
    async close() {
      for (const resource of closing.reverse()) await resource.close();
    },
  };
}

/** The average time until the first delta of a reply with two, one reply at a time. */
async function firstEvent({ start, track }, name) {
  const { port } = await start(name);
  const connection = track(await openStreamConnection(port));
  const request = streamRequest(2, signToken(secret, 'ada'));
  return () => average(async () => (await connection.stream(request)).firstMs);
}

async function firstFrame({ start, track }, name) {
  const { port } = await start(name);
  const url = `ws://127.0.0.1:${port}/ws/chat?stream=1&token=${signToken(secret, 'ada')}`;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  track({ close: () => socket.terminate() });
  let onFrame = () => {};
  socket.on('message', (data) => onFrame(JSON.parse(data)));
  await once(socket, 'open');
  let sent = 0;
  const stream = () =>
    new Promise((resolve) => {
      const started = performance.now();
      let firstMs;
      onFrame = ({ type, data }) => {
        if (data.event === 'delta') firstMs ??= performance.now() - started;
        if (type === 'message' && data.role === 'assistant') resolve(firstMs);
      };
      sent += 1;
      socket.send(JSON.stringify({ type: 'message', content: '2', id: `bench-${sent}` }));
    });
  return () => average(stream);
}

async function average(measure) {
  let sum = 0;
  for (let made = 0; made < streamsPerRound; made += 1) sum += await measure();
  return sum / streamsPerRound;
}

/** Deltas in a second, over streams that all run at the same time. */
async function manyStreams({ start, track, streams, chunks }, name) {
  const { port } = await start(name);
  const all = await Promise.all(
    Array.from({ length: streams }, async (_, user) => ({
      connection: track(await openStreamConnection(port)),
      request: streamRequest(chunks, signToken(secret, `user-${user}`)),
    })),
  );
  return async () => {
    const started = performance.now();
    const received = await Promise.all(
      all.map(({ connection, request }) => connection.stream(request)),
    );
    const deltas = received.reduce((sum, { deltas }) => sum + deltas, 0);
    return (deltas * 1_000) / (performance.now() - started);
  };
}

const firstDelta = { rounds: 60, smokeRounds: 5, candidate: 'our server' };

export const streams = {
  name: 'streams',
  title: 'Streamed replies',
  about:
    'Each server runs in its own process, and one other process runs all clients. All stream the same chunks, about a word each, from memory. Our server also verifies the token, counts the rate limit, and stores the message and its reply in memory; the baselines only stream.',
  notes:
    'Why goals are missed: [Cost of a frame, an idle socket, a delta and a request](decisions/realtime-cost.md#a-streamed-delta).',
  prepare,
  measurements: [
    {
      ...firstDelta,
      name: 'first-event',
      title: 'until the first delta, server-sent events, one reply at a time',
      baselines: { 'bare node:http': { atMost: 1.25 } },
      peers: async (fixture) => ({
        'our server': await firstEvent(fixture, 'ours'),
        'bare node:http': await firstEvent(fixture, 'bare-sse'),
      }),
    },
    {
      ...firstDelta,
      name: 'first-frame',
      title: 'until the first delta over a WebSocket, one reply at a time',
      baselines: { 'bare ws': { atMost: 1.25 } },
      peers: async (fixture) => ({
        'our server': await firstFrame(fixture, 'ours'),
        'bare ws': await firstFrame(fixture, 'bare-ws'),
      }),
    },
    {
      name: 'many',
      title: ({ streams, chunks }) =>
        `${streams.toLocaleString('en')} replies of ${chunks} chunks at the same time, server-sent events`,
      rounds: 12,
      // V8 compiles the code during the first rounds.
      warmUp: 4,
      smokeRounds: 2,
      unit: 'deltas/s',
      candidate: 'our server',
      baselines: { 'bare node:http': { atLeast: 0.7 } },
      peers: async (fixture) => ({
        'our server': await manyStreams(fixture, 'ours'),
        'bare node:http': await manyStreams(fixture, 'bare-sse'),
      }),
    },
  ],
};
