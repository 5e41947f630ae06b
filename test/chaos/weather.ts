import { setTimeout } from 'node:timers/promises';
import type { Backend, RestartableBackend } from '../support/backends/backend.js';
import type { TcpLine } from '../support/tcp-line.js';
import type { TcpProxy } from '../support/tcp-proxy.js';
import { within } from '../support/within.js';
import type { Mishap, Plan } from './plan.js';
import type { Progress } from './progress.js';

/** How long a mishap waits for messages that do not come, because the ones before it stopped all. */
const patienceMs = 50;
/** What has to come comes within this time, however slow the machine. */
const calmMs = 60_000;
/** After how many further mishaps a line that stands still, or a port that refuses, is set right. */
const mendedAfter = 4;
/**
 * Messages between two expiries, which also wait until every socket is open: a token that is refused and
 * whose successor is refused as well, within one call, is what a client has to report and not to mend.
 */
const expiryGap = 250;

export interface Place<Kind extends RestartableBackend = Backend> {
  readonly backend: Kind;
  /** The clock of all clients; the backend has its own. */
  readonly clientClock: { skip(ms: number): void };
  readonly proxy: TcpProxy;
  readonly settled: Progress;
  readonly allOpen: () => boolean;
}

/** What happened, in numbers. */
export interface Toll {
  mishaps: number;
  cuts: number;
  restarts: number;
  expiries: number;
}

/** The time that was made up for at most, once all sockets were open again: no token of theirs ends by it. */
const mostStepsAtOnce = 2;

/**
 * Makes everything go wrong that the plan says, then mends it. With each step `hasteMs` go by everywhere, but
 * not before all sockets are open: what is said of expiries above holds for these too.
 */
export async function runPlan(
  { steps }: Plan,
  { backend, clientClock, proxy, settled, allOpen }: Place,
  hasteMs = 0,
): Promise<Toll> {
  const toll: Toll = { mishaps: 0, cuts: 0, restarts: 0, expiries: 0 };
  let expired = Number.NEGATIVE_INFINITY;
  let expiryIsDue = false;
  let behindMs = 0;
  const mending: { readonly at: number; readonly mend: () => unknown }[] = [];
  for (const [index, { after, mishap }] of steps.entries()) {
    await settled.reaches(settled.count + after, patienceMs);
    while (mending[0] !== undefined && mending[0].at <= index) await mending.shift()?.mend();
    behindMs = Math.min(behindMs + hasteMs, mostStepsAtOnce * hasteMs);
    if (allOpen()) {
      clientClock.skip(behindMs);
      backend.skip(behindMs);
      behindMs = 0;
    }
    expiryIsDue ||= mishap.kind === 'expire tokens';
    if (expiryIsDue && allOpen() && settled.count >= expired + expiryGap) {
      toll.expiries += 1;
      backend.expireTokens();
      // Not in the midst of the next mishap, which would break the lines before anybody was told.
      await within(
        calmMs,
        until(() => !allOpen()),
        () => 'No socket lost its expired token.',
      );
      expired = settled.count;
      expiryIsDue = false;
    }
    const mend = await happen(mishap, backend, proxy, toll);
    toll.mishaps += 1;
    if (mend !== undefined) mending.push({ at: index + mendedAfter, mend });
  }
  proxy.delayMs = 0;
  await proxy.resume();
  return toll;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(1);
}

/** Returns how to set it right, when it does not pass by itself. */
async function happen(
  mishap: Mishap,
  backend: Backend,
  proxy: TcpProxy,
  toll: Toll,
): Promise<(() => unknown) | undefined> {
  switch (mishap.kind) {
    case 'cut':
      toll.cuts += proxy.lines.length > 0 ? 1 : 0;
      pick(proxy, mishap.line)?.cut(mishap.how);
      return undefined;
    case 'cut all':
      toll.cuts += proxy.lines.length;
      proxy.cut(mishap.how);
      return undefined;
    case 'cut after':
      toll.cuts += proxy.lines.length > 0 ? 1 : 0;
      pick(proxy, mishap.line)?.cutAfter(mishap.bytes, mishap.way, mishap.how);
      return undefined;
    case 'drop':
      toll.cuts += proxy.lines.length > 0 ? 1 : 0;
      return spoil(pick(proxy, mishap.line), (line) => line.dropBytes(mishap.bytes, mishap.way));
    case 'stall':
      return spoil(pick(proxy, mishap.line), (line) => line.stall(mishap.way));
    case 'black hole':
      return spoil(pick(proxy, mishap.line), (line) => line.blackHole(mishap.way));
    case 'delay':
      proxy.delayMs = mishap.ms;
      return undefined;
    case 'refuse':
      proxy.refuse();
      return () => proxy.resume();
    case 'restart':
      toll.restarts += 1;
      // A goodbye that nobody answers is waited for, for seconds; that is proven elsewhere.
      if (mishap.how === 'gracefully') await proxy.resume();
      await within(
        10_000,
        backend.stop(mishap.how),
        () => `The backend did not stop ${mishap.how}.`,
      );
      await backend.start();
      proxy.target = backend.port;
      return undefined;
    case 'expire tokens':
      return undefined;
  }
}

/** In the end the line goes on, or breaks if it has lost something. */
function spoil(line: TcpLine | undefined, work: (line: TcpLine) => void): (() => void) | undefined {
  if (line === undefined) return undefined;
  work(line);
  return () => line.resume();
}

/** A WebSocket three times out of four: that is where the messages are. */
function pick({ lines }: TcpProxy, index: number): TcpLine | undefined {
  const sockets = lines.filter(({ isWebSocket }) => isWebSocket);
  const choice = index % 4 === 0 || sockets.length === 0 ? lines : sockets;
  return choice[index % choice.length];
}
