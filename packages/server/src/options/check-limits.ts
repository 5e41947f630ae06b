import type { ChatLimits } from '../chat/api.js';
import { defaultLimits } from '../chat/limits.js';
import { longestLifetimeMs } from '../chat/token-claims.js';
import { between, type Check, group } from './demand.js';

/** @throws TypeError when a figure is unknown or can be none. */
export const checkLimits: Check = group({
  ...Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, between(0)])),
  // A longer one would be made, and then be taken for somebody else's.
  tokenLifetimeMs: between(0, longestLifetimeMs),
} satisfies { readonly [Name in keyof ChatLimits]?: Check });
