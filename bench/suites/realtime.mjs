// Frames and sockets, beside the libraries that others build a chat on.
import { randomBytes } from 'node:crypto';
import { openCrowd, socketIoDoor } from '../realtime/crowd.mjs';
import { memoryPerSocket } from '../realtime/idle.mjs';
import { bareReceiver, ourReceiver } from '../realtime/receivers.mjs';
import { forkRealtime } from '../realtime/servers.mjs';
import { dialSocketIo, dialWebSocket } from '../realtime/talkers.mjs';
import { signToken } from '../token.mjs';

const secret = randomBytes(32).toString('hex');
const users = 20;
/** One in, and out again: the message, that the assistant types, the reply. */
const framesOut = 3;
const framesPerMessage = 1 + framesOut;

/** Names as the table shows them, and the file of the server. */
const servers = {
  'our server': 'ours',
  'bare ws with JSON': 'bare-ws',
  '@fastify/websocket': 'fastify-websocket',
  'socket.io': 'socket-io',
};

async function prepare({ smoke }) {
  const closing = [];
  const keep = (thing) => {
    closing.push(thing);
    return thing;
  };
  const start = async (name) => {
    const server = await forkRealtime(name, secret);
    keep({ close: () => server.stop() });
    return server;
  };
  return {
    messages: smoke ? 50 : 250,
    frames: smoke ? 5_000 : 50_000,
    readers: smoke ? 100 : 1_000,
    idleSockets: smoke ? 500 : 10_000,
    keep,
    start,
    async close() {
      for (const thing of closing.reverse()) await thing.close();
    },
  };
}

function dialOf(file) {
  return file === 'socket-io' ? dialSocketIo : dialWebSocket;
}

/** The talkers of each server, who have said what they say `messages` times when `talk` resolves. */
async function openTalkers({ start, keep, messages }) {
  const all = [];
  for (const [name, file] of Object.entries(servers)) {
    const server = await start(file);
    const dial = dialOf(file);
    const crowd = await Promise.all(
      Array.from({ length: users }, async (_, i) =>
        keep(await dial(server.port, { secret, user: `user-${i}` })),
      ),
    );
    const talk = () => Promise.all(crowd.map((talker) => talker.talk(messages)));
    all.push({ name, server, talk });
  }
  return all;
}

async function talking(stage) {
  const talkers = await openTalkers(stage);
  return Object.fromEntries(talkers.map(({ name, talk }) => [name, () => talk()]));
}

/** What the same takes of the server's processor, whoever else is busy on the machine. */
async function talkingCosts(stage) {
  const talkers = await openTalkers(stage);
  return Object.fromEntries(
    talkers.map(({ name, server, talk }) => [
      name,
      async () => {
        const before = await server.cpu();
        await talk();
        return (await server.cpu()) - before;
      },
    ]),
  );
}

/** One frame for very many sockets of one user: that a message was read. Only that frame is timed. */
async function telling(stage, file) {
  const { port } = await stage.start(file);
  const door =
    file === 'socket-io'
      ? socketIoDoor
      : { pathOf: () => `/ws/chat?token=${signToken(secret, 'ada')}` };
  const crowd = stage.keep(await openCrowd({ port, ...door, count: stage.readers }));
  const talker = stage.keep(await dialOf(file)(port, { secret, user: 'ada' }));
  return async () => {
    // On our server all sockets of a user get the message, too; on its peer they do not need to.
    const answered = file === 'ours' ? crowd.expect(stage.readers * framesOut) : undefined;
    const id = await talker.ask();
    await answered;
    const told = crowd.expect(stage.readers);
    const started = performance.now();
    talker.send({ type: 'read', id });
    await told;
    return performance.now() - started;
  };
}

export const realtime = {
  name: 'realtime',
  title: 'WebSockets: frames, memory, the client',
  about:
    'Servers in processes of their own, with the store in memory. Frames travel between one process of talkers and the server, so both share the two cores of the machine; the processor time is the server’s alone.',
  explained:
    'What the profiles showed, what was done, and what remains: [what a frame, an idle socket and a call cost](decisions/realtime-cost.md).',
  prepare,
  measurements: [
    {
      name: 'frames',
      title: `${users} talkers; ${framesPerMessage} frames a message (one in, three out), stored in memory`,
      rounds: 15,
      smokeRounds: 3,
      unit: 'frames/s',
      figure: (ms, { messages }) => (messages * users * framesPerMessage * 1000) / ms,
      subject: 'our server',
      beside: {
        'bare ws with JSON': { atLeast: 0.75 },
        '@fastify/websocket': {},
        'socket.io': { atLeast: 1 },
      },
      peers: talking,
    },
    {
      name: 'frames-cost',
      title: 'the processor time of the server for such a message',
      rounds: 10,
      smokeRounds: 3,
      unit: 'µs',
      figure: (ms, { messages }) => (ms * 1000) / (messages * users),
      subject: 'our server',
      beside: { 'bare ws with JSON': {}, '@fastify/websocket': {}, 'socket.io': {} },
      peers: talkingCosts,
    },
    {
      name: 'fan-out',
      title: ({ readers }) => `one frame to ${readers.toLocaleString('en')} sockets`,
      rounds: 60,
      smokeRounds: 5,
      unit: 'frames/s',
      figure: (ms, { readers }) => (readers * 1000) / ms,
      subject: 'our server',
      // No `@fastify/websocket`: what it hands out are the sockets of `ws`.
      beside: { 'bare ws with JSON': { atLeast: 0.8 }, 'socket.io': {} },
      peers: async (stage) => ({
        'our server': await telling(stage, 'ours'),
        'bare ws with JSON': await telling(stage, 'bare-ws-to-all'),
        'socket.io': await telling(stage, 'socket-io'),
      }),
    },
    {
      name: 'client',
      title: 'message frames received by a client',
      rounds: 15,
      smokeRounds: 3,
      unit: 'frames/s',
      figure: (ms, { frames }) => (frames * 1000) / ms,
      subject: 'our client',
      beside: { 'bare ws with JSON.parse': { atLeast: 0.8 } },
      peers: async (stage) => {
        const { port } = await stage.start('blast');
        const ours = stage.keep(await ourReceiver(port, secret));
        const bare = stage.keep(await bareReceiver(port));
        return {
          'our client': () => ours.receive(stage.frames),
          'bare ws with JSON.parse': () => bare.receive(stage.frames),
        };
      },
    },
    {
      name: 'idle-memory',
      title: ({ idleSockets }) =>
        `memory of an idle socket, one of ${idleSockets.toLocaleString('en')} on one process`,
      // Each round begins with a new server: there is nothing to warm up.
      warmUp: 0,
      rounds: 3,
      smokeRounds: 1,
      unit: 'bytes',
      subject: 'our server',
      beside: { 'bare @fastify/websocket': { atMost: 1.3 }, 'socket.io': { atMost: 1 } },
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
