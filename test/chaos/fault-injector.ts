import { type TcpConnection, type TcpProxy, withTimeout } from '@chat/test-support';
import { expect } from 'vitest';
import type { Backend, RestartableBackend } from '../support/backends/backend.js';
import type { Fault, Plan } from './fault-plan.js';
import type { Progress } from './progress.js';

/** How long to wait for a plan's messages, which may not come because an earlier fault stopped the traffic. */
const maxWaitMs = 50;
/** Timeout for an expected event, long enough for a slow machine. */
const quietMs = 60_000;
/** A stalled connection or a closed port recovers after this number of further faults. */
const recoverAfter = 4;
/**
 * Minimum number of messages between two expiries, which also wait until every socket is open. When a token and
 * its replacement are both rejected within one call, the client reports an error instead of logging in again.
 */
const minExpiryGap = 250;

export interface Environment<Kind extends RestartableBackend = Backend> {
  readonly backend: Kind;
  /** The clock of all clients; the backend has another one. */
  readonly clientClock: { advance(ms: number): void };
  readonly proxy: TcpProxy;
  readonly settled: Progress;
  readonly allOpen: () => boolean;
}

/** The number of injected faults. */
export interface FaultCounts {
  faults: number;
  cuts: number;
  restarts: number;
  expiries: number;
}

/** Limits the time that is skipped at once after sockets were closed, so that it cannot expire their tokens. */
const maxSkipSteps = 2;

/**
 * Injects all faults of the plan, then lets the network recover. With each step all clocks advance by
 * `timeSkipMs`, but only while all sockets are open, for the reason given at `minExpiryGap`.
 */
export async function runPlan(
  { steps }: Plan,
  { backend, clientClock, proxy, settled, allOpen }: Environment,
  timeSkipMs = 0,
): Promise<FaultCounts> {
  const counts: FaultCounts = { faults: 0, cuts: 0, restarts: 0, expiries: 0 };
  let expired = Number.NEGATIVE_INFINITY;
  let expiryIsDue = false;
  let pendingSkipMs = 0;
  const recoveries: { readonly at: number; readonly recover: () => unknown }[] = [];
  for (const [index, { after, fault }] of steps.entries()) {
    await settled.waitFor(settled.count + after, maxWaitMs);
    while (recoveries[0] !== undefined && recoveries[0].at <= index)
      await recoveries.shift()?.recover();
    pendingSkipMs = Math.min(pendingSkipMs + timeSkipMs, maxSkipSteps * timeSkipMs);
    if (allOpen()) {
      clientClock.advance(pendingSkipMs);
      backend.advanceClock(pendingSkipMs);
      pendingSkipMs = 0;
    }
    expiryIsDue ||= fault.kind === 'expire tokens';
    if (expiryIsDue && allOpen() && settled.count >= expired + minExpiryGap) {
      counts.expiries += 1;
      backend.expireTokens();
      // The next fault could break the connections before the server closes them for the expired token.
      await expect
        .poll(allOpen, {
          interval: 1,
          timeout: quietMs,
          message: 'No socket was closed for its expired token.',
        })
        .toBe(false);
      expired = settled.count;
      expiryIsDue = false;
    }
    const recover = await injectFault(fault, backend, proxy, counts);
    counts.faults += 1;
    if (recover !== undefined) recoveries.push({ at: index + recoverAfter, recover });
  }
  proxy.delayMs = 0;
  await proxy.resume();
  return counts;
}

/** Returns a function that ends the fault, unless it ends on its own. */
async function injectFault(
  fault: Fault,
  backend: Backend,
  proxy: TcpProxy,
  counts: FaultCounts,
): Promise<(() => unknown) | undefined> {
  switch (fault.kind) {
    case 'cut':
      counts.cuts += proxy.connections.length > 0 ? 1 : 0;
      pick(proxy, fault.connection)?.cut(fault.how);
      return undefined;
    case 'cut all':
      counts.cuts += proxy.connections.length;
      proxy.cut(fault.how);
      return undefined;
    case 'cut after':
      counts.cuts += proxy.connections.length > 0 ? 1 : 0;
      pick(proxy, fault.connection)?.cutAfter(fault.bytes, fault.direction, fault.how);
      return undefined;
    case 'drop':
      counts.cuts += proxy.connections.length > 0 ? 1 : 0;
      return degrade(pick(proxy, fault.connection), (connection) =>
        connection.dropBytes(fault.bytes, fault.direction),
      );
    case 'stall':
      return degrade(pick(proxy, fault.connection), (connection) =>
        connection.stall(fault.direction),
      );
    case 'black hole':
      return degrade(pick(proxy, fault.connection), (connection) =>
        connection.blackHole(fault.direction),
      );
    case 'delay':
      proxy.delayMs = fault.ms;
      return undefined;
    case 'refuse':
      proxy.refuse();
      return () => proxy.resume();
    case 'restart':
      counts.restarts += 1;
      // On a stalled connection a graceful stop waits seconds for the close handshake. Other tests cover that.
      if (fault.how === 'gracefully') await proxy.resume();
      await withTimeout(
        backend.stop(fault.how),
        10_000,
        () => `The backend did not stop ${fault.how}.`,
      );
      await backend.start();
      proxy.target = backend.port;
      return undefined;
    case 'expire tokens':
      return undefined;
  }
}

/** Returns a function that resumes the connection, or resets it if it has lost bytes. */
function degrade(
  connection: TcpConnection | undefined,
  apply: (connection: TcpConnection) => void,
): (() => void) | undefined {
  if (connection === undefined) return undefined;
  apply(connection);
  return () => connection.resume();
}

/** Selects a WebSocket in three of four cases, because most messages use one. */
function pick({ connections }: TcpProxy, index: number): TcpConnection | undefined {
  const sockets = connections.filter(({ isWebSocket }) => isWebSocket);
  const choice = index % 4 === 0 || sockets.length === 0 ? connections : sockets;
  return choice[index % choice.length];
}
