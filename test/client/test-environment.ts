import { ChatClient, type ChatClientOptions } from '@chat/client';
import { createTcpProxy, type TcpProxy } from '@chat/test-support';
import { expect, vi } from 'vitest';
import type { Backend, BackendKind, BackendSetup } from '../support/backends/backend.js';
import type { Target } from './target.js';

export const ada = { username: 'ada', password: 's3cret' };

export interface EnvironmentOptions {
  readonly limits?: BackendSetup['limits'];
  readonly heartbeatMs?: number;
  /** Use the backend's own assistant: it repeats the message, as a stream of deltas if it can. */
  readonly echo?: boolean;
}

/** The backend, network and clients of one scenario. */
export interface TestEnvironment extends Pick<BackendKind, 'rejectsBy'> {
  readonly backend: Backend;
  readonly supports: BackendKind['extensions'];
  /** The network between the clients and the backend. */
  readonly network: TcpProxy;
  /** The assistant; a scenario replaces it to act while a reply is generated. */
  reply: (content: string) => string | Promise<string>;
  /** The routes of all requests, in order. */
  readonly requestedRoutes: readonly string[];
  /** A client with Ada's credentials, unless `options` say otherwise. */
  client(options?: Partial<ChatClientOptions>): ChatClient;
  /** Ada's other device, with its own reliable network. */
  otherDevice(): ChatClient;
  /** How many requests were sent to a route. */
  requestCount(route: string): number;
  /** All stored messages of Ada, as `role: content`. */
  storedMessages(): Promise<string[]>;
  /** Starts the backend again after a stop; its address for the clients stays the same. */
  restartBackend(): Promise<void>;
  dispose(): Promise<void>;
}

/** Short delays, because other tests check them. */
const shortRetries = { minDelayMs: 2, maxDelayMs: 10 };

export async function createTestEnvironment(
  target: Target,
  setup: EnvironmentOptions,
): Promise<TestEnvironment> {
  const { kind, proxy } = target;
  const requestedRoutes: string[] = [];
  const clients: ChatClient[] = [];
  const backend = await kind.create({
    users: { [ada.username]: ada.password },
    limits: { loginsPerMinute: 1000, messagesPerMinute: 1000, ...setup.limits },
    ...(setup.heartbeatMs !== undefined && { heartbeatMs: setup.heartbeatMs }),
    ...(!setup.echo && { reply: (content: string) => env.reply(content) }),
  });
  await backend.start();
  const backendProxy = await createTcpProxy({
    target: backend.port,
    ...(proxy && { port: proxy.backendPort }),
  });
  const network = proxy ? await createTcpProxy({ target: portOf(proxy.url) }) : backendProxy;
  const prefix = proxy ? new URL(proxy.url).pathname.replace(/\/$/, '') : '';

  const env: TestEnvironment = {
    backend,
    supports: kind.extensions,
    rejectsBy: kind.rejectsBy,
    network,
    reply: (content) => `re: ${content}`,
    requestedRoutes,
    client({ hooks, ...options } = {}) {
      const client = new ChatClient({
        baseUrl: network.url + prefix,
        credentials: options.getToken || options.token ? undefined : ada,
        retry: shortRetries,
        hooks: {
          ...hooks,
          onRequest: (state) => {
            requestedRoutes.push(state.route);
            return hooks?.onRequest?.(state);
          },
        },
        ...options,
      });
      clients.push(client);
      return client;
    },
    otherDevice() {
      const baseUrl = `http://127.0.0.1:${backend.port}`;
      const client = new ChatClient({ baseUrl, credentials: ada, retry: shortRetries });
      clients.push(client);
      return client;
    },
    requestCount: (route) => requestedRoutes.filter((each) => each === route).length,
    async storedMessages() {
      const messages = await backend.messages(ada.username);
      return messages.map(({ role, content }) => `${role}: ${content}`);
    },
    async restartBackend() {
      await backend.start();
      backendProxy.target = backend.port;
    },
    async dispose() {
      await Promise.all(clients.map((client) => client.close()));
      await network.close();
      if (backendProxy !== network) await backendProxy.close();
      await vi.waitFor(() => expect(backend.openSockets()).toBe(0), {
        timeout: 60_000,
        interval: 5,
      });
      await backend.dispose();
    },
  };
  return env;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
