import { ChatClient, type ChatClientOptions } from '@chat/client';
import { expect, vi } from 'vitest';
import type { Backend, BackendKind, BackendSetup } from '../support/backends/backend.js';
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';
import type { Target } from './target.js';

export const ada = { username: 'ada', password: 's3cret' };

export interface StageSetup {
  readonly limits?: BackendSetup['limits'];
  readonly heartbeatMs?: number;
  /** The backend's own assistant: it repeats what was said, a few words at a time where it can. */
  readonly echo?: boolean;
}

/** One backend, the network in front of it, and the clients of one scenario. */
export interface Stage extends Pick<BackendKind, 'refusesBy'> {
  readonly backend: Backend;
  readonly can: BackendKind['extensions'];
  /** The network between the clients and all the rest. */
  readonly network: TcpProxy;
  /** What the assistant says; a scenario sets it where something is to happen meanwhile. */
  reply: (said: string) => string | Promise<string>;
  /** The routes of all requests that left, in order. */
  readonly asked: readonly string[];
  /** Ada's client, unless told otherwise. */
  client(options?: Partial<ChatClientOptions>): ChatClient;
  /** Ada's other device, on a network where nothing goes wrong. */
  otherDevice(): ChatClient;
  /** How often a route was asked for. */
  timesAsked(route: string): number;
  /** All that is stored of Ada, as `role: content`. */
  stored(): Promise<string[]>;
  /** Starts the backend again after a stop; it is found where it was. */
  startAgain(): Promise<void>;
  leave(): Promise<void>;
}

/** The client waits as briefly as it may: what it waits for is judged elsewhere. */
const impatient = { minDelayMs: 2, maxDelayMs: 10 };

export async function openStage(target: Target, setup: StageSetup): Promise<Stage> {
  const { kind, through } = target;
  const asked: string[] = [];
  const clients: ChatClient[] = [];
  const backend = await kind.create({
    users: { [ada.username]: ada.password },
    limits: { loginsPerMinute: 1000, messagesPerMinute: 1000, ...setup.limits },
    ...(setup.heartbeatMs !== undefined && { heartbeatMs: setup.heartbeatMs }),
    ...(!setup.echo && { reply: (said: string) => stage.reply(said) }),
  });
  await backend.start();
  const onward = await createTcpProxy({
    target: backend.port,
    ...(through && { port: through.backendPort }),
  });
  const network = through ? await createTcpProxy({ target: portOf(through.url) }) : onward;
  const prefix = through ? new URL(through.url).pathname.replace(/\/$/, '') : '';

  const stage: Stage = {
    backend,
    can: kind.extensions,
    refusesBy: kind.refusesBy,
    network,
    reply: (said) => `re: ${said}`,
    asked,
    client({ hooks, ...options } = {}) {
      const client = new ChatClient({
        baseUrl: network.url + prefix,
        credentials: options.getToken || options.token ? undefined : ada,
        retry: impatient,
        hooks: {
          ...hooks,
          onRequest: (state) => {
            asked.push(state.route);
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
      const client = new ChatClient({ baseUrl, credentials: ada, retry: impatient });
      clients.push(client);
      return client;
    },
    timesAsked: (route) => asked.filter((each) => each === route).length,
    async stored() {
      const messages = await backend.messages(ada.username);
      return messages.map(({ role, content }) => `${role}: ${content}`);
    },
    async startAgain() {
      await backend.start();
      onward.target = backend.port;
    },
    async leave() {
      await Promise.all(clients.map((client) => client.close()));
      await network.close();
      if (onward !== network) await onward.close();
      await vi.waitFor(() => expect(backend.openSockets()).toBe(0), {
        timeout: 10_000,
        interval: 5,
      });
      await backend.dispose();
    },
  };
  return stage;
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
