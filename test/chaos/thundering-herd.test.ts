import { ChatClient, type ChatSocket } from '@chat/client';
import { createTcpProxy, type TcpProxy, withTimeout } from '@chat/test-support';
import { afterEach, expect, test } from 'vitest';
import type { Backend } from '../support/backends/backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { expectNoLeaks } from '../support/leaks.js';
import { seededRandom } from '../support/seeded-random.js';
import { chaosSeed, herdClients } from './settings.js';

/** Every fifth client opens three sockets, which share one token and one login. */
const socketsOf = (index: number) => (index % 5 === 0 ? 3 : 1);
/** The range of the first delay with the default backoff. */
const minFirstDelayMs = 500;
const maxFirstDelayMs = 2000;
/** Long enough for a busy machine. */
const timeoutMs = 120_000;
/** At first the clients connect in groups: only the reconnects are tested. */
const groupSize = 50;
/** The backoff starts again after every connection, however short, so that a restart always begins with a first delay. */
const options = { backoff: { minUptimeMs: 0 }, connectTimeoutMs: timeoutMs };

interface Member {
  readonly username: string;
  readonly client: ChatClient;
  readonly sockets: readonly ChatSocket[];
}

/** Clients that are connected to one server. */
interface Herd {
  readonly backend: Backend;
  readonly proxy: TcpProxy;
  readonly members: readonly Member[];
  readonly logins: () => number;
  /** The reconnect delays of each socket, in order. */
  readonly delays: ReadonlyMap<ChatSocket, number[]>;
}

let herd: Herd | undefined;

expectNoLeaks();

afterEach(async () => {
  await Promise.all(herd?.members.map(({ client }) => client.close()) ?? []);
  await herd?.proxy.close();
  await herd?.backend.dispose();
  herd = undefined;
});

async function connectHerd(): Promise<Herd> {
  const names = Array.from({ length: herdClients }, (_, index) => `user-${index}`);
  const backend = await referenceBackend().create({
    users: Object.fromEntries(names.map((name) => [name, 's3cret'])),
    // All clients have one IP address. One login per user and minute is allowed, and not one more.
    limits: { loginsPerMinute: herdClients },
  });
  await backend.start();
  const proxy = await createTcpProxy({ target: backend.port });
  let logins = 0;
  const delays = new Map<ChatSocket, number[]>();
  const connect = (username: string, index: number): Member => {
    const client = new ChatClient({
      baseUrl: proxy.url,
      credentials: { username, password: 's3cret' },
      timeoutMs,
      random: seededRandom(chaosSeed + index),
      hooks: {
        // Successful logins only: on a busy machine a connection may time out before the server sees the request.
        onResponse: ({ route, status }) => {
          if (route === 'login' && status === 200) logins += 1;
        },
      },
    });
    const sockets = Array.from({ length: socketsOf(index) }, () => client.connect(options));
    for (const socket of sockets) {
      const ownDelays: number[] = [];
      delays.set(socket, ownDelays);
      socket.on('state', ({ retryInMs }) => {
        if (retryInMs !== undefined) ownDelays.push(retryInMs);
      });
    }
    return { username, client, sockets };
  };
  const members: Member[] = [];
  herd = { backend, proxy, members, delays, logins: () => logins };
  for (let start = 0; start < names.length; start += groupSize) {
    const group = names.slice(start, start + groupSize);
    members.push(...group.map((name, index) => connect(name, start + index)));
    await allOpen(herd);
  }
  return herd;
}

/** Resolves when every open socket has lost its connection. */
async function allDisconnected({ members }: Herd): Promise<void> {
  const lost = members
    .flatMap((member) => member.sockets)
    .map(
      (socket) =>
        new Promise<void>((resolve) => {
          const stop = socket.on('state', () => {
            stop();
            resolve();
          });
        }),
    );
  await withTimeout(Promise.all(lost), timeoutMs, () => 'Not every socket lost its connection.');
}

async function allOpen({ members }: Herd): Promise<void> {
  const sockets = members.flatMap((member) => member.sockets);
  const open = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        if (socket.state === 'open') return resolve();
        const stop = socket.on('state', ({ state }) => {
          if (state !== 'open') return;
          stop();
          resolve();
        });
      }),
  );
  await withTimeout(Promise.all(open), timeoutMs, () => {
    const states = sockets.map(({ state }) => state);
    return `${states.filter((state) => state !== 'open').length} sockets are not open, chaos seed ${chaosSeed}.`;
  });
}

/** Every socket receives the reply to a new message of its user. */
async function expectAllReceive({ members }: Herd): Promise<void> {
  const received = members.map(async ({ client, sockets, username }) => {
    const messages = sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('message', ({ role, content }) => {
            if (role === 'assistant' && content === username) resolve();
          });
        }),
    );
    await client.chat.send(username);
    await Promise.all(messages);
  });
  await withTimeout(Promise.all(received), timeoutMs, () => 'Not every socket received the reply.');
}

/** The number of delays in each quarter of the allowed range. */
function quarters(delays: readonly number[]): number[] {
  const counts = [0, 0, 0, 0];
  for (const delay of delays) {
    const position = ((delay - minFirstDelayMs) / (maxFirstDelayMs - minFirstDelayMs)) * 4;
    const quarter = Math.min(3, Math.floor(position));
    counts[quarter] = (counts[quarter] ?? Number.NaN) + 1;
  }
  return counts;
}

/** Restarts the server and expects that every socket reconnects after a random delay. */
async function restart(herd: Herd, how: 'gracefully' | 'abruptly', meanwhile = () => {}) {
  const { backend, proxy, delays } = herd;
  for (const list of delays.values()) list.length = 0;
  // A client may notice an abrupt stop only when the server is back.
  const disconnected = allDisconnected(herd);
  await backend.stop(how);
  meanwhile();
  await backend.start();
  proxy.target = backend.port;
  await disconnected;
  await allOpen(herd);

  const first = [...delays.values()].map(([delay]) => delay ?? Number.NaN);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(minFirstDelayMs);
  expect(Math.max(...first)).toBeLessThanOrEqual(maxFirstDelayMs);
  // Each quarter should contain a quarter of the delays; between half and one and a half times that is accepted.
  for (const count of quarters(first)) {
    expect(count).toBeGreaterThan(first.length / 8);
    expect(count).toBeLessThan((first.length / 8) * 3);
  }
}

test(
  'reconnects a thundering herd spread out over time, with one login per expired token',
  async () => {
    const { backend, logins } = await connectHerd();
    expect(logins()).toBe(herdClients);
    await restart(herd!, 'abruptly');
    expect(logins()).toBe(herdClients);
    await restart(herd!, 'gracefully', backend.expireTokens);
    await expectAllReceive(herd!);
    expect(logins()).toBe(herdClients * 2);
  },
  4 * timeoutMs,
);
