import type { Check } from '../check.js';
import { errorChecks } from './errors.js';
import { historyChecks } from './history.js';
import { httpExtensionChecks } from './http-extensions.js';
import { idempotencyChecks } from './idempotency.js';
import { identityChecks } from './identity.js';
import { limitChecks } from './limits.js';
import { loginChecks } from './login.js';
import { messageChecks } from './messages.js';
import { socketChecks } from './socket.js';
import { socketExtensionChecks } from './socket-extensions.js';
import { statisticsChecks } from './statistics.js';

/** Every rule of the protocol, one check each, in the order of the protocol document. */
export const checks: readonly Check[] = [
  ...errorChecks,
  ...loginChecks,
  ...limitChecks,
  ...messageChecks,
  ...historyChecks,
  ...statisticsChecks,
  ...socketChecks,
  ...identityChecks,
  ...idempotencyChecks,
  ...httpExtensionChecks,
  ...socketExtensionChecks,
];
