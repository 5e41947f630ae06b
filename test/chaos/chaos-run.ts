import { ChatClient, type ChatSocket } from '@chat/client';
import { createTcpProxy, withTimeout } from '@chat/test-support';
import type {
  BackendKind,
  BackendSetup,
  RestartableBackend,
  StoredMessage,
} from '../support/backends/backend.js';
import { seededRandom } from '../support/seeded-random.js';
import { createShiftedClock } from '../support/shifted-clock.js';
import type { Environment } from './fault-injector.js';
import { createLoadClient, type LoadClient, type SentMessage } from './load-client.js';
import { Progress } from './progress.js';

const user = { username: 'ada', password: 's3cret' };
/** Timeout for progress when no fault is active, long enough for a slow machine. */
const quietMs = 60_000;

type AnyKind = BackendKind<RestartableBackend>;

export interface ChaosOptions<Made extends RestartableBackend, Counts> {
  readonly kind: BackendKind<Made>;
  /** Seeds the clients' jitter and the choice of messages. */
  readonly seed: number;
  /** The number of messages that all clients send together. */
  readonly messages: number;
  /** How many messages one client sends at the same time; @default 12 */
  readonly concurrency?: number;
  /** The share of messages that wait for the reply; @default 0 */
  readonly askShare?: number;
  readonly tokenLifetimeSeconds?: number;
  /** The assistant. It must reply `re: ` and the message; @default without delay */
  readonly reply?: BackendSetup['reply'];
  /** Injects faults while the clients send, and ends all of them. */
  readonly injectFaults: (environment: Environment<Made>) => Promise<Counts>;
}

export interface ChaosResult<Counts = unknown> {
  readonly counts: Counts;
  readonly clients: readonly Pick<LoadClient, 'sent' | 'received' | 'log' | 'tokenExpiredCloses'>[];
  readonly stored: readonly StoredMessage[];
  readonly storeErrors: readonly string[];
  /** How often the two devices obtained a token. */
  readonly logins: number;
}

/** Three sockets of one user, on two devices, send messages while faults are injected. */
export async function runChaos<Made extends RestartableBackend, Counts>(
  options: ChaosOptions<Made, Counts>,
): Promise<ChaosResult<Counts>> {
  const { kind, messages, concurrency = 12 } = options;
  const backend = await kind.create({
    users: { [user.username]: user.password },
    limits: { loginsPerMinute: 100_000, messagesPerMinute: 1_000_000 },
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 120,
    // The client closes a connection after three missed heartbeats, so they must be slower than a busy machine.
    heartbeatMs: 1000,
    reply: options.reply ?? ((content) => `re: ${content}`),
  });
  await backend.start();
  const proxy = await createTcpProxy({ target: backend.port });
  const random = seededRandom(options.seed);
  const clientClock = createShiftedClock();
  let logins = 0;
  const chatClients = [1, 2].map(
    () =>
      new ChatClient({
        baseUrl: proxy.url,
        credentials: user,
        timeoutMs: 5000,
        retry: { limit: 100, minDelayMs: 1, maxDelayMs: 50 },
        hooks: {
          onTokenRefreshed: () => {
            logins += 1;
          },
        },
        random,
        now: clientClock.now,
      }),
  );
  const [desk, phone] = chatClients as [ChatClient, ChatClient];
  const clients = [desk, desk, phone].map((client) =>
    createLoadClient(client, connect(client, kind)),
  );
  try {
    await sendFirstMessage(clients);
    const settled = new Progress();
    // Without minimal responses each REST call returns the whole session, which is long here.
    const restShare = kind.extensions.minimalResponses ? 0.05 : 0.005;
    const each = Math.ceil(messages / clients.length);
    const sending = Promise.all(
      clients.map((client, number) => {
        const planned = createMessages(
          number,
          each,
          { restShare, askShare: options.askShare ?? 0 },
          random,
        );
        return client.send(planned, settled, concurrency);
      }),
    );
    sending.catch(() => undefined);
    const allOpen = () => clients.every(({ socket }) => socket.state === 'open');
    const counts = await options.injectFaults({ backend, clientClock, proxy, settled, allOpen });
    await settled.whileProgressing(quietMs, sending, () => `Not settled: ${describe(clients)}`);
    await sendLastMessage(clients, backend);
    const stored = await backend.messages(user.username);
    await Promise.all(chatClients.map((client) => client.close()));
    await expectFreeSlots(new ChatClient({ baseUrl: proxy.url, credentials: user }), kind);
    return { counts, clients, stored, storeErrors: await backend.storeErrors(), logins };
  } finally {
    await Promise.all(chatClients.map((client) => client.close()));
    await withTimeout(proxy.close(), quietMs, () => 'The proxy did not close.');
    await withTimeout(backend.dispose(), quietMs, () => 'The backend did not stop.');
  }
}

/**
 * Every fifth message of a client has the same content, as people repeat themselves. Messages over REST have
 * different contents, because a core-only backend does not identify the message of a frame.
 */
function createMessages(
  client: number,
  count: number,
  { restShare, askShare }: { restShare: number; askShare: number },
  random: () => number,
): SentMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const chance = random();
    const suffix = index % 5 === 0 ? 'ok' : `${index}`;
    if (chance < restShare) return { via: 'over REST', content: `${client} writes ${suffix}` };
    if (chance < restShare + askShare) return { via: 'ask', content: `${client} asks ${suffix}` };
    return { via: 'send', content: `${client} says ${suffix}` };
  });
}

function connect(client: ChatClient, { extensions }: AnyKind): ChatSocket {
  return client.connect({
    backoff: { minDelayMs: 1, maxDelayMs: 40, minUptimeMs: 20 },
    // On a backend without a greeting the client waits this long for one on each connection.
    connectTimeoutMs: extensions.acknowledgement ? 2000 : 250,
    queue: { maxMessages: 1000, ttlMs: 120_000 },
    recover: { maxMessages: 50_000 },
  });
}

/** Waits until every socket is open and has received a message; from then on it must not miss any. */
async function sendFirstMessage(clients: readonly LoadClient[]): Promise<void> {
  const open = Promise.all(clients.map(({ socket }) => waitForOpen(socket)));
  await withTimeout(open, quietMs, () => `Not open: ${describe(clients)}`);
  await sendAndWait(clients, 'Hello');
}

/** A socket that receives the reply to the last message has received, or lost, all earlier ones. */
async function sendLastMessage(
  clients: readonly LoadClient[],
  backend: RestartableBackend,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const content = `Goodbye ${attempt}`;
    // A connection that lost bytes before the network recovered may still break.
    if (!(await sendAndWait(clients, content)) && attempt < 5) continue;
    // A turn whose caller has given up may have been stored in between.
    const last = (await backend.messages(user.username)).at(-1);
    if (last?.content === `re: ${content}`) return;
  }
}

/** Resolves when every socket has received the reply; false when it is unknown whether the message was stored. */
async function sendAndWait(clients: readonly LoadClient[], content: string): Promise<boolean> {
  const message: SentMessage = { content, via: 'send' };
  const sent = clients[0]!.send([message], new Progress());
  await withTimeout(sent, quietMs, () => `"${content}" is not settled: ${describe(clients)}`);
  if (message.outcome !== 'stored') return false;
  await waitForMessage(clients, `assistant: re: ${content}`);
  return true;
}

/** The user can open three sockets again: the server counts none of the earlier ones any more. */
async function expectFreeSlots(client: ChatClient, kind: AnyKind): Promise<void> {
  const sockets = [1, 2, 3].map(() => connect(client, kind));
  const open = Promise.all(sockets.map(waitForOpen));
  const states = () => sockets.map(({ state }) => state).join(', ');
  await withTimeout(
    open,
    quietMs,
    () => `The three sockets did not open again: ${states()}`,
  ).finally(() => client.close());
}

async function waitForMessage(clients: readonly LoadClient[], text: string): Promise<void> {
  const all = clients.map(async ({ socket, received }) => {
    while (!received.includes(text)) await nextEvent(socket, 'message');
  });
  await withTimeout(Promise.all(all), quietMs, () => `Not received, ${text}: ${describe(clients)}`);
}

async function waitForOpen(socket: ChatSocket): Promise<void> {
  while (socket.state !== 'open') await nextEvent(socket, 'state');
}

function nextEvent(socket: ChatSocket, event: 'message' | 'state'): Promise<void> {
  return new Promise((resolve) => {
    const stop = socket.on(event, () => {
      stop();
      resolve();
    });
  });
}

function describe(clients: readonly LoadClient[]): string {
  return clients
    .map(({ socket, sent, received, log }) => {
      const pending = sent
        .filter(({ outcome }) => outcome === undefined)
        .map(({ content }) => content);
      const recentLog = `, recently ${log.slice(-9).join(', ')}`;
      return `${socket.state}, ${received.length} received, ${pending.length} pending (${pending.slice(0, 5)})${recentLog}\n`;
    })
    .join('; ');
}
