import { describe } from 'vitest';
import { expectNoLeaks } from '../support/leaks.js';
import { type Scenario, scenarios } from './scenario.js';
import { chatSend } from './scenarios/chat-send.js';
import { closing } from './scenarios/close.js';
import { connections } from './scenarios/connections.js';
import { failedRequests } from './scenarios/failed-requests.js';
import { history } from './scenarios/history.js';
import { login } from './scenarios/login.js';
import { messaging } from './scenarios/messaging.js';
import { rateLimits } from './scenarios/rate-limits.js';
import { receipts } from './scenarios/receipts.js';
import { recovery } from './scenarios/recovery.js';
import { rejections } from './scenarios/rejections.js';
import { sendOutcomes } from './scenarios/send-outcomes.js';
import { tokens } from './scenarios/tokens.js';
import type { Target } from './target.js';

type ScenarioGroup = (scenario: Scenario, target: Target) => void;

const overHttp: readonly ScenarioGroup[] = [
  login,
  tokens,
  chatSend,
  history,
  rateLimits,
  failedRequests,
];
const overSockets: readonly ScenarioGroup[] = [
  messaging,
  connections,
  recovery,
  sendOutcomes,
  rejections,
  receipts,
  closing,
];

/** The behaviour of `@chat/client`, against any backend. */
export function clientSuite(target: Target): void {
  describe(`the client and ${target.kind.name}`, () => {
    expectNoLeaks();
    const scenario = scenarios(target);
    for (const group of overHttp) group(scenario, target);
    if (target.proxy !== undefined) return;
    for (const group of overSockets) group(scenario, target);
  });
}
