import { type ChatServerOptions, createChatServer } from '@chat/server';
import type { FastifyInstance } from 'fastify';
import { WebSocket } from 'ws';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import type { ChatLimits } from '../../packages/server/src/chat/api.js';
import { defaultLimits } from '../../packages/server/src/chat/limits.js';
import { createManualClock } from '../../packages/server/src/chat/manual-clock.js';
import type { Store } from '../../packages/server/src/chat/store.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { createControlledAssistant } from './controlled-assistant.js';
import { stepClock } from './step-clock.js';

export interface FastifyHarnessOptions {
  readonly store: Store;
  /** What the server is configured with; the checks go by the defaults all the same. */
  readonly limits?: Partial<ChatLimits>;
  readonly trustProxy?: ChatServerOptions['trustProxy'];
  /** Changes the URL that the checks call, for a proxy in between. */
  readonly through?: (url: string) => Promise<string>;
  readonly patienceMs?: number;
}

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };

/** Our server over real TCP, with a clock and an assistant that the checks control. */
export async function createFastifyHarness(
  options: FastifyHarnessOptions,
): Promise<Harness & { close(): Promise<void> }> {
  const clock = createManualClock(Date.now());
  const control = createControlledAssistant();
  let users = 0;
  let port = 0;
  let app: FastifyInstance;

  const start = async (): Promise<string> => {
    app = await createChatServer({
      users: [ada, bob],
      store: options.store,
      assistant: control.assistant,
      clock,
      limits: options.limits ?? {},
      jwtSecret: 'a secret of the tests, long enough for HS256',
      passwords: cheapHasher,
      ...(options.trustProxy === undefined ? {} : { trustProxy: options.trustProxy }),
    });
    const url = await app.listen({ port, host: '127.0.0.1' });
    port = Number(new URL(url).port);
    return url;
  };

  const url = await start();
  const baseUrl = (await options.through?.(url)) ?? url;
  const own = async (path: string, body: object, token?: string) => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, string>;
  };

  return {
    baseUrl,
    user: ada,
    secondUser: bob,
    fetch: globalThis.fetch,
    limits: defaultLimits,
    patienceMs: options.patienceMs ?? 5_000,
    cannot: { 'slow-reader': 'its allowance has to be larger than the default: run beside' },
    wait: (ms) => stepClock(clock, ms),
    dial: (target, { origin, silent, deaf } = {}) => dial(target, origin, silent, deaf),
    async freshUser() {
      users += 1;
      const user = { username: `fresh-${users}-${crypto.randomUUID()}`, password: 'fresh' };
      await options.store.addUser({
        id: crypto.randomUUID(),
        username: user.username,
        passwordHash: await cheapHasher.hash(user.password),
      });
      return user;
    },
    failAssistant: (times) => control.fail(times),
    holdAssistant: () => control.hold(),
    async drain() {
      await stepClock(clock, 61_000);
      const token = (await own('/login', bob)).access_token;
      const held = control.hold();
      const answer = own('/chat', { message: 'Still under way' }, token);
      await held.asked;
      const closed = app.close();
      return {
        finish: () => held.release(),
        async resume() {
          await Promise.all([answer, closed]);
          await start();
        },
      };
    },
    async close() {
      await app.close();
      await options.store.close();
    },
  };
}

function dial(url: string, origin?: string, silent?: boolean, deaf?: boolean) {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    autoPong: !silent,
    ...(origin === undefined ? {} : { origin }),
  });
  if (deaf) {
    socket.once('open', () => socket.pause());
    // A close frame would wait behind all that it does not read.
    socket.close = () => socket.terminate();
  }
  return socket as never;
}
