import type { ChatSocket, ConnectOptions, SocketEvents, SocketStateChange } from '@chat/client';
import { withTimeout } from '@chat/test-support';
import type { TestEnvironment } from './test-environment.js';

const timeoutMs = 20_000;

const shortBackoff: ConnectOptions = {
  backoff: { minDelayMs: 5, maxDelayMs: 60, minUptimeMs: 20 },
};
/** Long, because connecting on a busy machine is slow; but each attempt to a core-only backend lasts this long. */
const connectTimeoutMs = { greets: 5000, coreOnly: 1500 };

/** Records all events of a socket from the start. */
export interface SocketRecorder {
  readonly socket: ChatSocket;
  readonly states: readonly SocketStateChange[];
  /** Delivered messages, as `role: content`. */
  readonly messages: readonly string[];
  readonly events: { readonly [Name in keyof SocketEvents]: readonly SocketEvents[Name][] };
  /** Resolves when the condition is true, now or after a later event. */
  waitFor(condition: () => boolean): Promise<void>;
  /** Resolves with the first event of this name that matches, past events included. */
  waitForEvent<Name extends keyof SocketEvents>(
    name: Name,
    matches?: (event: SocketEvents[Name]) => boolean,
  ): Promise<SocketEvents[Name]>;
  /** Resolves when the socket is in this state, now or later. */
  waitForState(name: ChatSocket['state']): Promise<void>;
  /** The number of reconnects. */
  reconnects(): number;
}

const names = ['message', 'status', 'delta', 'typing', 'read', 'state', 'recovered'] as const;

export function record(socket: ChatSocket): SocketRecorder {
  const events: { [Name in keyof SocketEvents]: SocketEvents[Name][] } = {
    message: [],
    status: [],
    delta: [],
    typing: [],
    read: [],
    state: [],
    recovered: [],
    error: [],
  };
  const messages: string[] = [];
  const pendingChecks = new Set<() => void>();
  const recordEvent = <Name extends keyof SocketEvents>(name: Name) => {
    socket.on(name, (event) => {
      events[name].push(event);
      if (name === 'message') {
        const { role, content } = event as SocketEvents['message'];
        messages.push(`${role}: ${content}`);
      }
      for (const check of pendingChecks) check();
    });
  };
  for (const name of names) recordEvent(name);

  const waitFor: SocketRecorder['waitFor'] = (condition) => {
    if (condition()) return Promise.resolve();
    let check = () => {};
    const met = new Promise<void>((resolve) => {
      check = () => condition() && resolve();
      pendingChecks.add(check);
    });
    const describe = () =>
      `${condition} did not become true; the socket is ${socket.state}, after ${JSON.stringify(events)}.`;
    return withTimeout(met, timeoutMs, describe).finally(() => pendingChecks.delete(check));
  };
  return {
    socket,
    states: events.state,
    messages,
    events,
    waitFor,
    async waitForEvent(name, matches = () => true) {
      await waitFor(() => events[name].some(matches));
      return events[name].find(matches)!;
    },
    waitForState: (name) => waitFor(() => socket.state === name),
    reconnects: () => events.state.filter(({ state }) => state === 'connecting').length,
  };
}

/** Connects a socket of Ada's and records it from the start. */
export function connect(
  env: TestEnvironment,
  options: ConnectOptions = {},
  client = env.client(),
): SocketRecorder {
  const { greets, coreOnly } = connectTimeoutMs;
  const timeoutMs = env.supports.acknowledgement ? greets : coreOnly;
  return record(client.connect({ ...shortBackoff, connectTimeoutMs: timeoutMs, ...options }));
}

/** Like `connect`, and waits until the socket is open. */
export async function connectUntilOpen(
  ...args: Parameters<typeof connect>
): Promise<SocketRecorder> {
  const recorder = connect(...args);
  await recorder.waitForState('open');
  return recorder;
}
