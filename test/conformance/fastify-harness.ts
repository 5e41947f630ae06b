import type { Harness } from '@chat/conformance';
import { type ChatServerOptions, createChatServer } from '@chat/server';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { cheapHasher } from '../../packages/server/src/auth/cheap-hasher.js';
import type { ChatLimits } from '../../packages/server/src/domain/api.js';
import { defaultLimits } from '../../packages/server/src/domain/limits.js';
import type { Store } from '../../packages/server/src/domain/ports/store.js';
import { createManualClock } from '../../packages/server/src/domain/runtime/manual-clock.js';
import { createControlledAssistant } from './controlled-assistant.js';
import { stepClock } from './step-clock.js';

export interface FastifyHarnessOptions {
  readonly store: Store;
  /** The server's limits. The checks still assume the defaults. */
  readonly limits?: Partial<ChatLimits>;
  readonly trustProxy?: ChatServerOptions['trustProxy'];
  /** Returns the URL of a proxy in front of the server, which the checks then call. */
  readonly proxyUrl?: (url: string) => Promise<string>;
  readonly timeoutMs?: number;
}

const ada = { username: 'ada', password: 's3cret' };
const bob = { username: 'bob', password: 'hunter2' };

/** The server over TCP, with a clock and an assistant that the checks control. */
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
  const baseUrl = (await options.proxyUrl?.(url)) ?? url;
  const post = async (path: string, body: object, token?: string) => {
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
    timeoutMs: options.timeoutMs ?? 30_000,
    missingCapabilities: {
      'short-sessions': 'its sessions are long; short ones have a test of their own',
      'slow-reader': 'it needs a higher rate limit than the default; it has a test of its own',
    },
    wait: (ms) => stepClock(clock, ms),
    openSocket: (target, { origin, silent, neverReads } = {}) =>
      openSocket(target, origin, silent, neverReads),
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
      const token = (await post('/login', bob)).access_token;
      const held = control.hold();
      const response = post('/chat', { message: 'Still in progress' }, token);
      await held.requested;
      const closed = app.close();
      return {
        finish: () => held.release(),
        async resume() {
          await Promise.all([response, closed]);
          await start();
          // The pool of fetch may still hold connections of the stopped server, and the next request would fail on one.
          const healthStatus = () =>
            fetch(`${url}/healthz`).then(
              ({ status }) => status,
              () => 0,
            );
          await expect.poll(healthStatus).toBe(200);
        },
      };
    },
    async close() {
      await app.close();
      await options.store.close();
    },
  };
}

function openSocket(url: string, origin?: string, silent?: boolean, neverReads?: boolean) {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    autoPong: !silent,
    ...(origin === undefined ? {} : { origin }),
  });
  if (neverReads) {
    socket.once('open', () => socket.pause());
    // A paused socket never reads the server's close frame.
    socket.close = () => socket.terminate();
  }
  return socket as never;
}
