import { type RouteName, routes } from '@chat/contract';
import type { MockClosing, MockFault, MockRateLimit } from './options.js';

// What TypeScript cannot hold a caller to: figures, and callers without TypeScript.

/** RFC 6455, 5.5.1: what a close frame has room for. */
const reasonMaxBytes = 123;

/** @throws TypeError when there is no such route. */
export function checkRoute(route: RouteName): void {
  if (Object.hasOwn(routes, route)) return;
  throw new TypeError(`There is no route "${route}": there are ${Object.keys(routes).join(', ')}.`);
}

/** @throws RangeError when the fault is not of a known form. */
export function checkFault(fault: MockFault): void {
  checkTimes(fault);
  if ('status' in fault && !isWhole(fault.status, 400, 599)) {
    throw new RangeError('A fault\'s "status" must be a whole number from 400 to 599.');
  }
  if (fault.delayMs !== undefined && !(fault.delayMs >= 0)) {
    throw new RangeError('A fault\'s "delayMs" must be a number of at least 0.');
  }
  if (!('status' in fault) && !('network' in fault) && fault.delayMs === undefined) {
    throw new RangeError('A fault needs "status", "network: true" or "delayMs".');
  }
}

/** @throws RangeError when the wait or the count cannot be. */
export function checkRateLimit(limit: MockRateLimit): void {
  checkTimes(limit);
  if (!isWhole(limit.retryAfter, 1)) {
    throw new RangeError(
      '"retryAfter" must be whole seconds, at least 1: the header has no others.',
    );
  }
}

/** @throws RangeError when no close frame could say so. */
export function checkClosing({ code = 1000, reason = '' }: MockClosing): void {
  if (!isWhole(code, 1000, 4999)) {
    throw new RangeError('A close code must be a whole number from 1000 to 4999.');
  }
  if (new TextEncoder().encode(reason).length > reasonMaxBytes) {
    throw new RangeError(`A close reason must fit into ${reasonMaxBytes} bytes.`);
  }
}

/** @throws RangeError when time would run backwards or nowhere. */
export function checkStep(ms: number): void {
  if (ms >= 0 && Number.isFinite(ms)) return;
  throw new RangeError('The clock moves on by a number of milliseconds of at least 0.');
}

function checkTimes({ times }: { readonly times?: number }): void {
  if (times !== undefined && !isWhole(times, 1)) {
    throw new RangeError('"times" must be a whole number of calls, at least 1.');
  }
}

function isWhole(figure: number, from: number, to = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(figure) && figure >= from && figure <= to;
}
