import { ChatClient, type ChatSocket } from '@chat/client';
import type { Backend, BackendKind, StoredMessage } from '../support/backends/backend.js';
import { seededRandom } from '../support/random.js';
import { createTcpProxy } from '../support/tcp-proxy.js';
import { within } from '../support/within.js';
import type { Plan } from './plan.js';
import { Progress } from './progress.js';
import { createSpeaker, type Saying, type Speaker } from './speaker.js';
import { runPlan, type Toll } from './weather.js';

const user = { username: 'ada', password: 's3cret' };
/** How long everything may take to come to rest once nothing goes wrong any more. */
const calmMs = 20_000;

export interface StormOptions {
  readonly kind: BackendKind;
  readonly plan: Plan;
  /** Of all speakers together. */
  readonly messages: number;
  readonly tokenLifetimeSeconds?: number;
}

export interface Storm {
  readonly toll: Toll;
  readonly speakers: readonly Pick<Speaker, 'said' | 'shown'>[];
  readonly stored: readonly StoredMessage[];
  readonly faults: readonly string[];
  /** Times that the two devices together got a token. */
  readonly logins: number;
  /** What was said before and after the storm, and answered. */
  readonly framing: readonly string[];
}

/** Three sockets of one user, on two devices, talk while the plan happens to them. */
export async function storm(options: StormOptions): Promise<Storm> {
  const { kind, plan, messages } = options;
  const backend = await kind.create({
    users: { [user.username]: user.password },
    limits: { loginsPerMinute: 100_000, messagesPerMinute: 1_000_000 },
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 120,
    heartbeatMs: 100,
    reply: (said) => `re: ${said}`,
  });
  await backend.start();
  const proxy = await createTcpProxy({ target: backend.port });
  const random = seededRandom(plan.seed);
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
      }),
  );
  const [desk, phone] = clients as [ChatClient, ChatClient];
  const speakers = [desk, desk, phone].map((client) => createSpeaker(client, connect(client)));
  try {
    const framing = [await greet(speakers)];
    const settled = new Progress();
    const each = Math.ceil(messages / speakers.length);
    const talk = Promise.all(
      speakers.map((speaker, number) => {
        return speaker.say(sayings(number, each, random), settled);
      }),
    );
    talk.catch(() => undefined);
    const toll = await runPlan(plan, { backend, proxy, settled });
    await within(calmMs, talk, () => `Not settled: ${describe(speakers)}`);
    framing.push(...(await farewell(speakers, backend)));
    const stored = await backend.messages(user.username);
    return { toll, speakers, stored, faults: await backend.faults(), logins, framing };
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await proxy.close();
    await backend.dispose();
  }
}

/**
 * People repeat themselves: every fifth message of a speaker is the same. Some go over REST, in other
 * words: a backend that knows only the core does not tell whose echo an echo is.
 */
function sayings(speaker: number, count: number, random: () => number): Saying[] {
  return Array.from({ length: count }, (_, index) => {
    const overRest = random() < 0.05;
    const words = index % 5 === 0 ? 'ok' : `${index}`;
    return { overRest, content: `${speaker} ${overRest ? 'writes' : 'says'} ${words}` };
  });
}

function connect(client: ChatClient): ChatSocket {
  return client.connect({
    backoff: { minMs: 1, maxMs: 40, minUptimeMs: 20 },
    connectTimeoutMs: 150,
    queue: { maxMessages: 1000, ttlMs: 120_000 },
    recover: { maxMessages: 20_000 },
  });
}

/** Every socket is open and has shown something, so that from here on it owes us everything. */
async function greet(speakers: readonly Speaker[]): Promise<string> {
  const word = 'Hello';
  await Promise.all(speakers.map(({ socket }) => untilOpen(socket)));
  await speakers[0]!.socket.ask(word);
  await shownBy(speakers, `assistant: re: ${word}`);
  return word;
}

/** The last word: whoever shows its answer has shown, or lost, all that was before it. */
async function farewell(speakers: readonly Speaker[], backend: Backend): Promise<string[]> {
  const words: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const word = `Goodbye ${attempt}`;
    await within(calmMs, speakers[0]!.socket.ask(word), () => `No answer: ${describe(speakers)}`);
    words.push(word);
    await shownBy(speakers, `assistant: re: ${word}`);
    // A turn that nobody waits for any more may have come in between.
    const last = (await backend.messages(user.username)).at(-1);
    if (last?.content === `re: ${word}`) return words;
  }
}

async function shownBy(speakers: readonly Speaker[], line: string): Promise<void> {
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

function describe(speakers: readonly Speaker[]): string {
  return speakers
    .map(({ socket, said, shown }) => {
      const open = said
        .filter(({ outcome }) => outcome === undefined)
        .map(({ content }) => content);
      return `${socket.state}, ${shown.length} shown, ${open.length} open (${open.slice(0, 5)})`;
    })
    .join('; ');
}
