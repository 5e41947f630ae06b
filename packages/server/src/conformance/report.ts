import type { CheckResult } from './check.js';

// How results are told: a line a check while it runs, details of each failure, a summary.

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** One result for a reader at a terminal: a line, and for a failure what to look at. */
export function describeResult(result: CheckResult): string {
  const line = `${marks[result.outcome]} ${result.check.id.padEnd(9)} ${result.check.says}`;
  if (result.outcome === 'passed') return line;
  if (result.outcome === 'skipped') return `${line}\n            skipped: ${result.reason}`;
  const details = [
    `the contract says: ${result.check.says}`,
    `what was wrong:    ${result.problem}`,
    ...(result.evidence === undefined
      ? []
      : [
          `what was sent:     ${result.evidence.sent}`,
          `what came:         ${result.evidence.came}`,
        ]),
  ];
  return [line, ...details.map((detail) => `            ${detail}`)].join('\n');
}

export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function summarize(results: readonly CheckResult[]): Summary {
  const count = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** One result for a machine. */
export function toJson(result: CheckResult): object {
  const { id, layer, extension, says } = result.check;
  const rule = { id, layer, ...(extension === undefined ? {} : { extension }), says };
  const { check: _, ...rest } = result;
  return { ...rule, ...rest };
}
