import { ChatClient, type ChatSocket } from '@chat/client';
import { afterEach, expect, test } from 'vitest';
import type { Backend } from '../support/backends/backend.js';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { leaveNothingBehind } from '../support/leaks.js';
import { seededRandom } from '../support/random.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import { within } from '../support/within.js';
import { chaosSeed, herdClients } from './settings.js';

/** Every fifth has as many as a user may have: those share one token, and one login. */
const socketsOf = (index: number) => (index % 5 === 0 ? 3 : 1);
/** The default backoff: a first wait lies anywhere between these. */
const shortestMs = 500;
const longestMs = 2000;
/** However briefly the server was up, the waits begin small again: it is the first ones that are looked at. */
const options = { backoff: { minUptimeMs: 0 } };
/** For a machine that has other things to do. */
const patienceMs = 60_000;

interface Member {
  readonly username: string;
  readonly client: ChatClient;
  readonly sockets: readonly ChatSocket[];
}

/** Sockets that hang on one server. */
interface Herd {
  readonly backend: Backend;
  readonly proxy: TcpProxy;
  readonly members: readonly Member[];
  readonly logins: () => number;
  /** How long each socket was told to wait, in the order of the failures. */
  readonly waits: ReadonlyMap<ChatSocket, number[]>;
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
  const names = Array.from({ length: herdClients }, (_, index) => `user-${index}`);
  const backend = await referenceBackend().create({
    users: Object.fromEntries(names.map((name) => [name, 's3cret'])),
    // All come from one address: not one login more than there are users goes through in a minute.
    limits: { loginsPerMinute: herdClients },
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
    const sockets = Array.from({ length: socketsOf(index) }, () => client.connect(options));
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

/** How many of the waits fall into each quarter of the time in which they may lie. */
function quarters(waits: readonly number[]): number[] {
  const counts = [0, 0, 0, 0];
  for (const wait of waits) {
    const place = ((wait - shortestMs) / (longestMs - shortestMs)) * 4;
    const quarter = Math.min(3, Math.floor(place));
    counts[quarter] = (counts[quarter] ?? Number.NaN) + 1;
  }
  return counts;
}

/** The server goes away and comes back; every socket waits for a time of its own and is there again. */
async function restart(herd: Herd, how: 'gracefully' | 'abruptly', meanwhile = () => {}) {
  const { backend, proxy, waits } = herd;
  for (const list of waits.values()) list.length = 0;
  await backend.stop(how);
  meanwhile();
  await backend.start();
  proxy.target = backend.port;
  await allOpen(herd);

  const first = [...waits.values()].map(([wait]) => wait ?? Number.NaN);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(shortestMs);
  expect(Math.max(...first)).toBeLessThanOrEqual(longestMs);
  // Even would be a quarter of them in each quarter of the time: at least half of that, at most half more.
  for (const count of quarters(first)) {
    expect(count).toBeGreaterThan(first.length / 8);
    expect(count).toBeLessThan((first.length / 8) * 3);
  }
}

test(
  'a herd of clients comes back to a server that restarts: spread out, with one login per lost token',
  async () => {
    const { backend, logins } = await gather();
    expect(logins()).toBe(herdClients);
    await restart(herd!, 'abruptly');
    expect(logins()).toBe(herdClients);
    await restart(herd!, 'gracefully', backend.expireTokens);
    await allHear(herd!);
    expect(logins()).toBe(herdClients * 2);
  },
  4 * patienceMs,
);
