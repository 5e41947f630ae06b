export type { CheckResult, ConformanceCheck } from './check.js';
export { checks } from './checks/index.js';
export type { Credentials, Harness, HarnessLimits } from './harness.js';
export { describeResult, summarize, toJson, untestedCoreRules } from './report.js';
export { runChecks } from './run.js';
export { decodeTokenPart, tokenLifetimeMs } from './token.js';
