// Frames and sockets, compared with libraries on which a chat can be built.
import { randomBytes } from 'node:crypto';
import { connectSocketIo, connectWebSocket } from '../realtime/closed-loop-client.mjs';
import { forkRealtime } from '../realtime/fork-realtime.mjs';
import { memoryPerSocket } from '../realtime/idle.mjs';
import { handshakeOf, openConnections } from '../realtime/many-clients.mjs';
import { bareReceiver, ourReceiver } from '../realtime/receivers.mjs';

const secret = randomBytes(32).toString('hex');
const users = 20;
/** For each message: the message, the typing indicator, the reply. */
const framesOut = 3;
const framesPerMessage = 1 + framesOut;

/** The name in the report, and the file of the server. */
const servers = {
  'our server': 'ours',
  'bare ws with JSON': 'bare-ws',
  '@fastify/websocket': 'fastify-websocket',
  'socket.io': 'socket-io',
};

async function prepare({ smoke }) {
  const closing = [];
  const track = (resource) => {
    closing.push(resource);
    return resource;
  };
  const start = async (name) => {
    const server = await forkRealtime(name, secret);
    track({ close: () => server.stop() });
    return server;
  };
  return {
    messages: smoke ? 50 : 250,
    frames: smoke ? 5_000 : 50_000,
    readers: smoke ? 100 : 1_000,
    idleSockets: smoke ? 500 : 10_000,
    track,
    start,
    async close() {
      for (const resource of closing.reverse()) await resource.close();
    },
  };
}

function connectorOf(file) {
  return file === 'socket-io' ? connectSocketIo : connectWebSocket;
}

/** The clients of each server. `runMessages` resolves when each has sent `messages` and received the replies. */
async function openClients({ start, track, messages }) {
  const all = [];
  for (const [name, file] of Object.entries(servers)) {
    const server = await start(file);
    const connect = connectorOf(file);
    const clients = await Promise.all(
      Array.from({ length: users }, async (_, i) =>
        track(await connect(server.port, { secret, user: `user-${i}` })),
      ),
    );
    const runMessages = () => Promise.all(clients.map((client) => client.runMessages(messages)));
    all.push({ name, server, runMessages });
  }
  return all;
}

async function messagePeers(fixture) {
  const peers = await openClients(fixture);
  return Object.fromEntries(peers.map(({ name, runMessages }) => [name, () => runMessages()]));
}

/** The same in processor time of the server, which does not depend on the load of the machine. */
async function messageCostPeers(fixture) {
  const peers = await openClients(fixture);
  return Object.fromEntries(
    peers.map(({ name, server, runMessages }) => [
      name,
      async () => {
        const before = await server.cpu();
        await runMessages();
        return (await server.cpu()) - before;
      },
    ]),
  );
}

/** One read receipt for many sockets of one user. Only this frame is timed. */
async function fanOut(fixture, file) {
  const { port } = await fixture.start(file);
  const handshake = handshakeOf(file, secret, () => 'ada');
  const readers = fixture.track(
    await openConnections({ port, ...handshake, count: fixture.readers }),
  );
  const sender = fixture.track(await connectorOf(file)(port, { secret, user: 'ada' }));
  return async () => {
    // Our server sends the message to all sockets of the user, too; the peers do not.
    const delivered = file === 'ours' ? readers.expect(fixture.readers * framesOut) : undefined;
    const id = await sender.ask();
    await delivered;
    const received = readers.expect(fixture.readers);
    const started = performance.now();
    sender.send({ type: 'read', id });
    await received;
    return performance.now() - started;
  };
}

export const realtime = {
  name: 'realtime',
  title: 'WebSockets: frames, memory, the client',
  about:
    'Each server runs in its own process, with the store in memory. One other process runs all clients, so both share the two cores of the machine; the processor time is that of the server.',
  notes:
    'Cost of each part, and how it was reduced: [Cost of a frame, an idle socket, a delta and a request](decisions/realtime-cost.md).',
  prepare,
  measurements: [
    {
      name: 'frames',
      title: `${users} clients; ${framesPerMessage} frames a message (one in, three out), stored in memory`,
      rounds: 15,
      smokeRounds: 3,
      unit: 'frames/s',
      toValue: (ms, { messages }) => (messages * users * framesPerMessage * 1000) / ms,
      candidate: 'our server',
      baselines: {
        'bare ws with JSON': { atLeast: 1.1 },
        '@fastify/websocket': {},
        'socket.io': { atLeast: 1 },
      },
      peers: messagePeers,
    },
    {
      name: 'frames-cost',
      title: 'the processor time of the server for such a message',
      rounds: 20,
      // V8 compiles the code during the first rounds.
      warmUp: 6,
      smokeRounds: 3,
      unit: 'µs',
      toValue: (ms, { messages }) => (ms * 1000) / (messages * users),
      candidate: 'our server',
      baselines: { 'bare ws with JSON': { atMost: 1 }, '@fastify/websocket': {}, 'socket.io': {} },
      peers: messageCostPeers,
    },
    {
      name: 'fan-out',
      title: ({ readers }) => `one frame to ${readers.toLocaleString('en')} sockets`,
      rounds: 60,
      smokeRounds: 5,
      unit: 'frames/s',
      toValue: (ms, { readers }) => (readers * 1000) / ms,
      candidate: 'our server',
      // Without `@fastify/websocket`, whose sockets are those of `ws`.
      baselines: { 'bare ws with JSON': { atLeast: 0.8 }, 'socket.io': {} },
      peers: async (fixture) => ({
        'our server': await fanOut(fixture, 'ours'),
        'bare ws with JSON': await fanOut(fixture, 'bare-ws-to-all'),
        'socket.io': await fanOut(fixture, 'socket-io'),
      }),
    },
    {
      name: 'client',
      title: 'message frames received by a client',
      rounds: 15,
      smokeRounds: 3,
      unit: 'frames/s',
      toValue: (ms, { frames }) => (frames * 1000) / ms,
      candidate: 'our client',
      baselines: { 'bare ws with JSON.parse': { atLeast: 0.8 } },
      peers: async (fixture) => {
        const { port } = await fixture.start('flood');
        const ours = fixture.track(await ourReceiver(port, secret));
        const bare = fixture.track(await bareReceiver(port));
        return {
          'our client': () => ours.receive(fixture.frames),
          'bare ws with JSON.parse': () => bare.receive(fixture.frames),
        };
      },
    },
    {
      name: 'idle-memory',
      title: ({ idleSockets }) =>
        `memory of an idle socket, one of ${idleSockets.toLocaleString('en')} in one process`,
      // Each round starts a new server, so a warm-up has no effect.
      warmUp: 0,
      rounds: 3,
      smokeRounds: 1,
      unit: 'bytes',
      candidate: 'our server',
      baselines: { 'bare @fastify/websocket': { atMost: 1.3 }, 'socket.io': { atMost: 1 } },
      peers: async ({ idleSockets }) => {
        const memoryOf = (file) => () => memoryPerSocket(file, idleSockets, secret);
        return {
          'our server': memoryOf('ours'),
          'bare @fastify/websocket': memoryOf('fastify-websocket'),
          'socket.io': memoryOf('socket-io'),
        };
      },
    },
  ],
};
