// Frames and sockets, beside the libraries that others build a chat on.
import { randomBytes } from 'node:crypto';
import { forkServer } from '../realtime/forked.mjs';
import { memoryPerSocket } from '../realtime/idle.mjs';
import { bareReceiver, ourReceiver } from '../realtime/receivers.mjs';
import { dialSocketIo, dialWebSocket } from '../realtime/talkers.mjs';

const secret = randomBytes(32).toString('hex');
const users = 20;
/** One in, and out again: the message, that the assistant types, the reply. */
const framesPerMessage = 4;

/** Names as the table shows them, and the file of the server. */
const servers = { 'our server': 'ours', 'bare ws with JSON': 'bare-ws', 'socket.io': 'socket-io' };

async function prepare({ smoke }) {
  const closing = [];
  const keep = (thing) => {
    closing.push(thing);
    return thing;
  };
  return {
    messages: smoke ? 50 : 500,
    frames: smoke ? 5_000 : 50_000,
    idleSockets: smoke ? 500 : 10_000,
    async talkers() {
      const crowds = {};
      for (const [name, file] of Object.entries(servers)) {
        const server = await forkServer(file, secret);
        closing.push({ close: () => server.stop() });
        const dial = file === 'socket-io' ? dialSocketIo : dialWebSocket;
        crowds[name] = await Promise.all(
          Array.from({ length: users }, async (_, i) =>
            keep(await dial(server.port, { secret, user: `user-${i}` })),
          ),
        );
      }
      return crowds;
    },
    async receivers() {
      const server = await forkServer('blast', secret);
      closing.push({ close: () => server.stop() });
      return {
        ours: keep(await ourReceiver(server.port, secret)),
        bare: keep(await bareReceiver(server.port)),
      };
    },
    async close() {
      for (const thing of closing.reverse()) await thing.close();
    },
  };
}

/** Frames per second of each server in turns, as time for the same number of frames. */
async function talking(stage) {
  const crowds = await stage.talkers();
  return Object.fromEntries(
    Object.entries(crowds).map(([name, crowd]) => [
      name,
      () => Promise.all(crowd.map((talker) => talker.talk(stage.messages))),
    ]),
  );
}

async function idle(stage, peers) {
  const taken = {};
  for (const [name, file] of Object.entries(peers)) {
    taken[name] = [await memoryPerSocket(file, stage.idleSockets, secret)];
  }
  return taken;
}

export const realtime = {
  name: 'realtime',
  title: 'WebSockets: frames, memory, the client',
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
      beside: { 'bare ws with JSON': { atLeast: 0.75 }, 'socket.io': { atLeast: 1 } },
      peers: talking,
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
        const { ours, bare } = await stage.receivers();
        return {
          'our client': () => ours.receive(stage.frames),
          'bare ws with JSON.parse': () => bare.receive(stage.frames),
        };
      },
    },
    {
      name: 'idle-memory',
      title: 'memory of an idle socket',
      unit: 'bytes',
      subject: 'our server',
      beside: { 'bare @fastify/websocket': { atMost: 1.3 }, 'socket.io': { atMost: 1 } },
      samples: (stage) =>
        idle(stage, {
          'our server': 'ours',
          'bare @fastify/websocket': 'fastify-websocket',
          'socket.io': 'socket-io',
        }),
    },
  ],
};
