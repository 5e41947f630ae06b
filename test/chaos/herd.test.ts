import { ChatClient, type ChatSocket } from '@chat/client';
import { afterEach, expect, test } from 'vitest';
import type { Backend } from '../support/backends/backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { seededRandom } from '../support/random.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { within } from '../support/within.js';
import { chaosSeed } from './settings.js';

const userCount = 334;
const socketsPerUser = 3;
const socketCount = userCount * socketsPerUser;
/** The default backoff: a first wait lies anywhere between these. */
const shortestMs = 500;
const longestMs = 2000;
const patienceMs = 60_000;

interface Member {
  readonly username: string;
  readonly client: ChatClient;
  readonly sockets: readonly ChatSocket[];
}

/** A thousand sockets that hang on one server. */
interface Herd {
  readonly backend: Backend;
  readonly proxy: TcpProxy;
  readonly members: readonly Member[];
  readonly logins: () => number;
  /** How long each socket was told to wait, in the order of the failures. */
  readonly waits: ReadonlyMap<ChatSocket, readonly number[]>;
}

let herd: Herd | undefined;
leaveNothingBehind();

afterEach(async () => {
  await Promise.all(herd?.members.map(({ client }) => client.close()) ?? []);
  await herd?.proxy.close();
  await herd?.backend.dispose();
  herd = undefined;
});

async function gather(): Promise<Herd> {
  const names = Array.from({ length: userCount }, (_, index) => `user-${index}`);
  const backend = await referenceBackend().create({
    users: Object.fromEntries(names.map((name) => [name, 's3cret'])),
    // Not one login more than there are users may be asked for in a minute.
    limits: { loginsPerMinute: userCount },
  });
  await backend.start();
  const proxy = await createTcpProxy({ target: backend.port });
  let logins = 0;
  const waits = new Map<ChatSocket, number[]>();
  const members = names.map((username, index): Member => {
    const client = new ChatClient({
      baseUrl: proxy.url,
      credentials: { username, password: 's3cret' },
      random: seededRandom(chaosSeed + index),
      hooks: {
        onRequest: ({ route }) => {
          if (route === 'login') logins += 1;
        },
      },
    });
    const sockets = Array.from({ length: socketsPerUser }, () => client.connect());
    for (const socket of sockets) {
      const mine: number[] = [];
      waits.set(socket, mine);
      socket.on('state', ({ retryInMs }) => {
        if (retryInMs !== undefined) mine.push(retryInMs);
      });
    }
    return { username, client, sockets };
  });
  herd = { backend, proxy, members, waits, logins: () => logins };
  await allOpen(herd);
  return herd;
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
  await within(patienceMs, Promise.all(open), () => {
    const states = sockets.map(({ state }) => state);
    return `${states.filter((state) => state !== 'open').length} sockets are not open, chaos seed ${chaosSeed}.`;
  });
}

/** Every socket shows what its user is answered from now on. */
async function allHear({ members }: Herd): Promise<void> {
  const heard = members.map(async ({ client, sockets, username }) => {
    const shown = sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('message', ({ role, content }) => {
            if (role === 'assistant' && content === username) resolve();
          });
        }),
    );
    await client.chat.send(username);
    await Promise.all(shown);
  });
  await within(patienceMs, Promise.all(heard), () => 'Not every socket shows its answer.');
}

/** How many of the waits fall into each tenth of the time in which they may lie. */
function tenths(waits: readonly number[]): number[] {
  const counts = Array.from({ length: 10 }, () => 0);
  for (const wait of waits) {
    const place = ((wait - shortestMs) / (longestMs - shortestMs)) * 10;
    const tenth = Math.min(9, Math.floor(place));
    counts[tenth] = (counts[tenth] ?? Number.NaN) + 1;
  }
  return counts;
}

test.each(['gracefully', 'abruptly'] as const)(
  'a thousand sockets come back to a server that restarts %s, spread out and without a login',
  async (how) => {
    const { backend, proxy, waits, logins } = await gather();
    expect(logins()).toBe(userCount);
    // Left behind by what failed before the server was up.
    for (const list of waits.values()) (list as number[]).length = 0;
    await backend.stop(how);
    await backend.start();
    proxy.target = backend.port;
    await allOpen(herd!);

    const first = [...waits.values()].map(([wait]) => wait ?? Number.NaN);
    expect(first).toHaveLength(socketCount);
    expect(Math.min(...first)).toBeGreaterThanOrEqual(shortestMs);
    expect(Math.max(...first)).toBeLessThanOrEqual(longestMs);
    // A tenth of them is a hundred; each tenth of the time gets at least half of that, and no more than half again.
    for (const count of tenths(first)) {
      expect(count).toBeGreaterThan(socketCount / 20);
      expect(count).toBeLessThan((socketCount / 20) * 3);
    }
    expect(logins()).toBe(userCount);
    await allHear(herd!);
  },
  3 * patienceMs,
);

test(
  'when the restart ends all tokens as well, each client logs in once, whatever its three sockets do',
  async () => {
    const { backend, proxy, logins } = await gather();
    await backend.stop('gracefully');
    backend.expireTokens();
    await backend.start();
    proxy.target = backend.port;
    await allOpen(herd!);
    await allHear(herd!);
    expect(logins()).toBe(userCount * 2);
  },
  3 * patienceMs,
);
