import type { ConformanceCheck } from '../check.js';
import { errorChecks } from './errors.js';
import { historyChecks } from './history.js';
import { httpExtensionChecks } from './http-extensions.js';
import { idempotencyChecks } from './idempotency.js';
import { identityChecks } from './identity.js';
import { isolationChecks, isolationExtensionChecks } from './isolation.js';
import { limitChecks } from './limits.js';
import { loginChecks } from './login.js';
import { messageChecks } from './messages.js';
import { replyChecks, replyIsolationChecks } from './replies.js';
import { socketChecks } from './socket.js';
import { socketExtensionChecks } from './socket-extensions.js';
import { statisticsChecks } from './statistics.js';

/** One check for every rule of the protocol, in the order of the protocol document. */
export const checks: readonly ConformanceCheck[] = [
  ...errorChecks,
  ...loginChecks,
  ...limitChecks,
  ...messageChecks,
  ...historyChecks,
  ...statisticsChecks,
  ...socketChecks,
  ...isolationChecks,
  ...identityChecks,
  ...idempotencyChecks,
  ...httpExtensionChecks,
  ...socketExtensionChecks,
  ...replyChecks,
  ...isolationExtensionChecks,
  ...replyIsolationChecks,
];
