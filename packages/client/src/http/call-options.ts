import type { RouteName } from '@chat/contract';
import { demandOptions, demandSignal, type Kinds } from '../demand.js';
import type { CallOptions } from '../types/call-options.js';

const common = { signal: 0, timeoutMs: 0, idempotencyKey: 0, headers: 0 };
const sessions = { page: 'a number', pageSize: 'a number' };
const history = { ...sessions, order: '"asc" or "desc"', sessionId: 'a string' };
const own: { readonly [Name in RouteName]?: Kinds } = {
  sendMessage: { return: '"minimal"' },
  sessions,
  history,
};

/** Those that travel in the URL. */
export const queryNames = Object.keys(history);

/** Refuses options that a call does not have; the common ones are checked where they are used. */
export function demandCallOptions(name: RouteName, options: CallOptions): void {
  demandOptions('', { ...common, ...own[name] }, options);
  demandSignal(options.signal);
}
