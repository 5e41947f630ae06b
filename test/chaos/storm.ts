import { ChatClient, type ChatSocket } from '@chat/client';
import type {
  BackendKind,
  BackendSetup,
  RestartableBackend,
  StoredMessage,
} from '../support/backends/backend.js';
import { seededRandom } from '../support/random.js';
import { createShiftedClock } from '../support/shifted-clock.js';
import { createTcpProxy } from '../support/tcp-proxy.js';
import { within } from '../support/within.js';
import { Progress } from './progress.js';
import { createSpeaker, type Saying, type StormSpeaker } from './speaker.js';
import type { Place } from './weather.js';

const user = { username: 'ada', password: 's3cret' };
/** Once nothing goes wrong any more, something has to happen within this time, however slow the machine. */
const calmMs = 60_000;

type AnyKind = BackendKind<RestartableBackend>;

export interface StormOptions<Made extends RestartableBackend, Toll> {
  readonly kind: BackendKind<Made>;
  /** Of the clients' jitter and of who says what. */
  readonly seed: number;
  /** Of all speakers together. */
  readonly messages: number;
  /** How many of them one speaker has unsettled at a time; @default 12 */
  readonly atOnce?: number;
  /** The share of them that asks for the answer; @default 0 */
  readonly askShare?: number;
  readonly tokenLifetimeSeconds?: number;
  /** The assistant, which says `re: ` and what was said; @default at once */
  readonly reply?: BackendSetup['reply'];
  /** All that goes wrong while they talk; in the end it is mended. */
  readonly trouble: (place: Place<Made>) => Promise<Toll>;
}

export interface Storm<Toll = unknown> {
  readonly toll: Toll;
  readonly speakers: readonly Pick<StormSpeaker, 'said' | 'shown' | 'log' | 'expired'>[];
  readonly stored: readonly StoredMessage[];
  readonly faults: readonly string[];
  /** Times that the two devices together got a token. */
  readonly logins: number;
}

/** Three sockets of one user, on two devices, talk through all the trouble. */
export async function storm<Made extends RestartableBackend, Toll>(
  options: StormOptions<Made, Toll>,
): Promise<Storm<Toll>> {
  const { kind, messages, atOnce = 12 } = options;
  const backend = await kind.create({
    users: { [user.username]: user.password },
    limits: { loginsPerMinute: 100_000, messagesPerMinute: 1_000_000 },
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 120,
    // Late by three of them, a line counts as dead: a busy machine must not be late by that much.
    heartbeatMs: 1000,
    reply: options.reply ?? ((said) => `re: ${said}`),
  });
  await backend.start();
  const proxy = await createTcpProxy({ target: backend.port });
  const random = seededRandom(options.seed);
  const clientClock = createShiftedClock();
  let logins = 0;
  const clients = [1, 2].map(
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
  const [desk, phone] = clients as [ChatClient, ChatClient];
  const speakers = [desk, desk, phone].map((client) =>
    createSpeaker(client, connect(client, kind)),
  );
  try {
    await greet(speakers);
    const settled = new Progress();
    // Without short answers each call over REST brings back the whole session, which is long here.
    const restShare = kind.extensions.shortAnswers ? 0.05 : 0.005;
    const each = Math.ceil(messages / speakers.length);
    const talk = Promise.all(
      speakers.map((speaker, number) => {
        const said = sayings(number, each, { restShare, askShare: options.askShare ?? 0 }, random);
        return speaker.say(said, settled, atOnce);
      }),
    );
    talk.catch(() => undefined);
    const allOpen = () => speakers.every(({ socket }) => socket.state === 'open');
    const toll = await options.trouble({ backend, clientClock, proxy, settled, allOpen });
    await settled.goesOn(calmMs, talk, () => `Not settled: ${describe(speakers)}`);
    await farewell(speakers, backend);
    const stored = await backend.messages(user.username);
    await Promise.all(clients.map((client) => client.close()));
    await comeBack(new ChatClient({ baseUrl: proxy.url, credentials: user }), kind);
    return { toll, speakers, stored, faults: await backend.faults(), logins };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await within(calmMs, proxy.close(), () => 'The proxy did not close.');
    await within(calmMs, backend.dispose(), () => 'The backend did not end.');
  }
}

/**
 * People repeat themselves: every fifth message of a speaker is the same. Some go over REST, in other
 * words: a backend that knows only the core does not tell whose echo an echo is.
 */
function sayings(
  speaker: number,
  count: number,
  { restShare, askShare }: { restShare: number; askShare: number },
  random: () => number,
): Saying[] {
  return Array.from({ length: count }, (_, index) => {
    const chance = random();
    const words = index % 5 === 0 ? 'ok' : `${index}`;
    if (chance < restShare) return { how: 'over REST', content: `${speaker} writes ${words}` };
    if (chance < restShare + askShare) return { how: 'ask', content: `${speaker} asks ${words}` };
    return { how: 'send', content: `${speaker} says ${words}` };
  });
}

function connect(client: ChatClient, { extensions }: AnyKind): ChatSocket {
  return client.connect({
    backoff: { minMs: 1, maxMs: 40, minUptimeMs: 20 },
    // A backend without a greeting is given this long to greet, each time.
    connectTimeoutMs: extensions.acknowledgement ? 2000 : 250,
    queue: { maxMessages: 1000, ttlMs: 120_000 },
    recover: { maxMessages: 50_000 },
  });
}

/** Every socket is open and has shown something, so that from here on it owes us everything. */
async function greet(speakers: readonly StormSpeaker[]): Promise<void> {
  const open = Promise.all(speakers.map(({ socket }) => untilOpen(socket)));
  await within(calmMs, open, () => `Not open: ${describe(speakers)}`);
  await sayToAll(speakers, 'Hello');
}

/** The last word: whoever shows its answer has shown, or lost, all that was before it. */
async function farewell(
  speakers: readonly StormSpeaker[],
  backend: RestartableBackend,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const word = `Goodbye ${attempt}`;
    // A line may still break that lost something before the network was mended.
    if (!(await sayToAll(speakers, word)) && attempt < 5) continue;
    // A turn that nobody waits for any more may have come in between.
    const last = (await backend.messages(user.username)).at(-1);
    if (last?.content === `re: ${word}`) return;
  }
}

/** Resolves when every socket shows the answer; false when it is not known whether it was heard. */
async function sayToAll(speakers: readonly StormSpeaker[], content: string): Promise<boolean> {
  const saying: Saying = { content, how: 'send' };
  const said = speakers[0]!.say([saying], new Progress());
  await within(calmMs, said, () => `"${content}" is not settled: ${describe(speakers)}`);
  if (saying.outcome !== 'stored') return false;
  await shownBy(speakers, `assistant: re: ${content}`);
  return true;
}

/** Whatever happened to the sockets of the user: none of them counts any more towards the three. */
async function comeBack(client: ChatClient, kind: AnyKind): Promise<void> {
  const sockets = [1, 2, 3].map(() => connect(client, kind));
  const open = Promise.all(sockets.map(untilOpen));
  const states = () => sockets.map(({ state }) => state).join(', ');
  await within(calmMs, open, () => `After all, the three did not open again: ${states()}`).finally(
    () => client.close(),
  );
}

async function shownBy(speakers: readonly StormSpeaker[], line: string): Promise<void> {
  const all = speakers.map(async ({ socket, shown }) => {
    while (!shown.includes(line)) await next(socket, 'message');
  });
  await within(calmMs, Promise.all(all), () => `Not shown, ${line}: ${describe(speakers)}`);
}

async function untilOpen(socket: ChatSocket): Promise<void> {
  while (socket.state !== 'open') await next(socket, 'state');
}

function next(socket: ChatSocket, event: 'message' | 'state'): Promise<void> {
  return new Promise((resolve) => {
    const stop = socket.on(event, () => {
      stop();
      resolve();
    });
  });
}

function describe(speakers: readonly StormSpeaker[]): string {
  return speakers
    .map(({ socket, said, shown, log }) => {
      const open = said
        .filter(({ outcome }) => outcome === undefined)
        .map(({ content }) => content);
      const lately = `, lately ${log.slice(-9).join(', ')}`;
      return `${socket.state}, ${shown.length} shown, ${open.length} open (${open.slice(0, 5)})${lately}\n`;
    })
    .join('; ');
}
