import { type RouteName, routes } from '@chat/contract';
import { longestTimerMs } from '../chat/clock.js';
import { isObject } from '../options/demand.js';
import type { MockClosing, MockFault, MockRateLimit, MockReply } from './options.js';

// What TypeScript cannot hold a caller to: figures, and callers without TypeScript.

/** RFC 6455, 5.5.1: what a close frame has room for. */
const reasonMaxBytes = 123;

const faultMembers = ['status', 'detail', 'network', 'delayMs', 'times', 'afterwards'];

/** @throws TypeError when there is no such route. */
export function checkRoute(route: RouteName): void {
  if (Object.hasOwn(routes, route)) return;
  throw new TypeError(`There is no route "${route}": there are ${Object.keys(routes).join(', ')}.`);
}

/** @throws TypeError when it is no function: a text would be called, and each send would fail. */
export function checkReply(reply: MockReply): void {
  if (typeof reply === 'function') return;
  throw new TypeError('A reply must be a function that makes it, such as () => "Hello".');
}

/**
 * @throws TypeError when the fault has a member that there is not.
 * @throws RangeError when the fault is not of a known form.
 */
export function checkFault(fault: MockFault): void {
  checkMembers('fault', fault, faultMembers);
  checkTimes(fault);
  if ('status' in fault && !isWhole(fault.status, 400, 599)) {
    throw new RangeError('A fault\'s "status" must be a whole number from 400 to 599.');
  }
  if ('network' in fault && fault.network !== true) {
    throw new RangeError('A fault\'s "network" must be true, or be left out.');
  }
  const { delayMs = 0 } = fault;
  if (!(delayMs >= 0 && delayMs <= longestTimerMs)) {
    throw new RangeError(`A fault's "delayMs" must be a number from 0 to ${longestTimerMs}.`);
  }
  if (!('status' in fault) && !('network' in fault) && fault.delayMs === undefined) {
    throw new RangeError('A fault needs "status", "network: true" or "delayMs".');
  }
}

/**
 * @throws TypeError when the limit has a member that there is not.
 * @throws RangeError when the wait or the count cannot be.
 */
export function checkRateLimit(limit: MockRateLimit): void {
  checkMembers('rate limit', limit, ['retryAfter', 'times']);
  checkTimes(limit);
  if (!isWhole(limit.retryAfter, 1)) {
    throw new RangeError(
      '"retryAfter" must be whole seconds, at least 1: the header has no others.',
    );
  }
}

/**
 * @throws TypeError when the closing has a member that there is not.
 * @throws RangeError when no close frame could say so.
 */
export function checkClosing(closing: MockClosing): void {
  checkMembers('closing', closing, ['code', 'reason']);
  const { code = 1000, reason = '' } = closing;
  if (!isCloseCode(code)) {
    throw new RangeError(
      'A close code must be one that a close frame can carry: 1000 to 1003, 1007 to 1014, or 3000 to 4999; dropSockets() shows 1006.',
    );
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

/** What is misspelt would otherwise change nothing, or go on for ever. */
function checkMembers(what: string, given: object, known: readonly string[]): void {
  if (!isObject(given)) {
    throw new TypeError(`A ${what} must be an object with ${known.join(', ')}.`);
  }
  const unknown = Object.keys(given).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`A ${what} has no "${unknown}": there are ${known.join(', ')}.`);
}

/** RFC 6455, 7.4: 1004 to 1006 and 1015 never stand in a frame, and up to 2999 is for later. */
function isCloseCode(code: number): boolean {
  return isWhole(code, 1000, 1003) || isWhole(code, 1007, 1014) || isWhole(code, 3000, 4999);
}

function checkTimes({ times }: { readonly times?: number }): void {
  if (times !== undefined && !isWhole(times, 1)) {
    throw new RangeError('"times" must be a whole number of calls, at least 1.');
  }
}

function isWhole(figure: number, from: number, to = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(figure) && figure >= from && figure <= to;
}
