import type { ChatSocket, ConnectOptions, SocketEvents, StateChange } from '@chat/client';
import { within } from '../support/within.js';
import type { Stage } from './stage.js';

/** After so long, what is waited for does not come any more. */
const patienceMs = 20_000;

/** Waits as brief as they may be. */
const quick: ConnectOptions = { backoff: { minMs: 5, maxMs: 60, minUptimeMs: 20 } };
/** A dial of a busy machine takes long; but each to a backend that never greets lasts as long as this. */
const connectTimeoutMs = { greets: 5000, doesNot: 600 };

/** All that a socket told, from its first moment on. */
export interface Witness {
  readonly socket: ChatSocket;
  readonly states: readonly StateChange[];
  /** Messages as `role: content`, as they were shown. */
  readonly shown: readonly string[];
  readonly events: { readonly [Name in keyof SocketEvents]: readonly SocketEvents[Name][] };
  /** Resolves once this holds, now or after one of the events to come. */
  until(holds: () => boolean): Promise<void>;
  /** Resolves with the first event of this name that fits, past ones included. */
  event<Name extends keyof SocketEvents>(
    name: Name,
    fits?: (event: SocketEvents[Name]) => boolean,
  ): Promise<SocketEvents[Name]>;
  /** Resolves when the socket is in this state, now or later. */
  state(name: ChatSocket['state']): Promise<void>;
  /** How often it dialled again. */
  redials(): number;
}

const names = ['message', 'status', 'delta', 'typing', 'read', 'state', 'recovered'] as const;

export function watch(socket: ChatSocket): Witness {
  const events: { [Name in keyof SocketEvents]: SocketEvents[Name][] } = {
    message: [],
    status: [],
    delta: [],
    typing: [],
    read: [],
    state: [],
    recovered: [],
  };
  const shown: string[] = [];
  const waiting = new Set<() => void>();
  const note = <Name extends keyof SocketEvents>(name: Name) => {
    socket.on(name, (event) => {
      events[name].push(event);
      if (name === 'message') {
        const { role, content } = event as SocketEvents['message'];
        shown.push(`${role}: ${content}`);
      }
      for (const look of waiting) look();
    });
  };
  for (const name of names) note(name);

  const until: Witness['until'] = (holds) => {
    if (holds()) return Promise.resolve();
    let look = () => {};
    const held = new Promise<void>((resolve) => {
      look = () => holds() && resolve();
      waiting.add(look);
    });
    const complaint = () =>
      `Waited in vain for ${holds}; it is ${socket.state}, after ${JSON.stringify(events)}.`;
    return within(patienceMs, held, complaint).finally(() => waiting.delete(look));
  };
  return {
    socket,
    states: events.state,
    shown,
    events,
    until,
    async event(name, fits = () => true) {
      await until(() => events[name].some(fits));
      return events[name].find(fits)!;
    },
    state: (name) => until(() => socket.state === name),
    redials: () => events.state.filter(({ state }) => state === 'connecting').length,
  };
}

/** A socket of a client of Ada's that is watched from the beginning. */
export function connect(
  stage: Stage,
  options: ConnectOptions = {},
  client = stage.client(),
): Witness {
  const { greets, doesNot } = connectTimeoutMs;
  const timeoutMs = stage.can.acknowledgement ? greets : doesNot;
  return watch(client.connect({ ...quick, connectTimeoutMs: timeoutMs, ...options }));
}

/** The same, and open. */
export async function connected(...given: Parameters<typeof connect>): Promise<Witness> {
  const witness = connect(...given);
  await witness.state('open');
  return witness;
}
