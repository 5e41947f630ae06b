import { describe } from 'vitest';
import { leaveNothingBehind } from '../support/leaks.js';
import { type Scenario, scenarios } from './scenario.js';
import type { Target } from './target.js';
import { allowance } from './themes/allowance.js';
import { brokenCalls } from './themes/broken-calls.js';
import { endings } from './themes/endings.js';
import { gaps } from './themes/gaps.js';
import { history } from './themes/history.js';
import { lines } from './themes/lines.js';
import { outcomes } from './themes/outcomes.js';
import { receipts } from './themes/receipts.js';
import { refusals } from './themes/refusals.js';
import { sending } from './themes/sending.js';
import { signingIn } from './themes/signing-in.js';
import { talking } from './themes/talking.js';
import { tokens } from './themes/tokens.js';

type Theme = (scenario: Scenario, target: Target) => void;

const overHttp: readonly Theme[] = [signingIn, tokens, sending, history, allowance, brokenCalls];
const overSockets: readonly Theme[] = [talking, lines, gaps, outcomes, refusals, receipts, endings];

/** What `@chat/client` promises, whatever it talks to. */
export function clientSuite(target: Target): void {
  describe(`the client and ${target.kind.name}`, () => {
    leaveNothingBehind();
    const scenario = scenarios(target);
    for (const theme of overHttp) theme(scenario, target);
    if (target.through !== undefined) return;
    for (const theme of overSockets) theme(scenario, target);
  });
}
