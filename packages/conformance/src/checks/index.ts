import type { Check, ConformanceCheck } from '../check.js';
import { errorChecks } from './errors.js';
import { historyChecks } from './history.js';
import { httpExtensionChecks } from './http-extensions.js';
import { idempotencyChecks } from './idempotency.js';
import { identityChecks } from './identity.js';
import { isolationChecks, isolationExtensionChecks } from './isolation.js';
import { limitChecks } from './limits.js';
import { loginChecks } from './login.js';
import { messageChecks } from './messages.js';
import { newSessionChecks } from './new-session.js';
import { regenerationChecks, regenerationIsolationChecks } from './regeneration.js';
import { replyInProgressChecks } from './replies-in-progress.js';
import { socketChecks } from './socket.js';
import { socketExtensionChecks } from './socket-extensions.js';
import { statisticsChecks } from './statistics.js';
import { stopChecks, stopIsolationChecks } from './stops.js';
import { streamedResponseChecks } from './streamed-responses.js';

const coreChecks: readonly Check[] = [
  ...errorChecks,
  ...loginChecks,
  ...limitChecks,
  ...messageChecks,
  ...historyChecks,
  ...statisticsChecks,
  ...socketChecks,
  ...isolationChecks,
];

const extensionChecks: readonly Check[] = [
  ...identityChecks,
  ...idempotencyChecks,
  ...httpExtensionChecks,
  ...socketExtensionChecks,
  ...streamedResponseChecks,
  ...stopChecks,
  ...regenerationChecks,
  ...newSessionChecks,
  ...replyInProgressChecks,
  ...isolationExtensionChecks,
  ...stopIsolationChecks,
  ...regenerationIsolationChecks,
];

/** One check for every rule of the protocol, in the order of the protocol document. */
export const checks: readonly ConformanceCheck[] = [
  ...coreChecks.map((check) => ({ ...check, layer: 'core' as const })),
  ...extensionChecks.map((check) => ({ ...check, layer: 'extension' as const })),
];
