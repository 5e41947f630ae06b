import type { CheckResult } from './check.js';

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** Formats one result for a terminal: one line, and for a failure its details. */
export function describeResult(result: CheckResult): string {
  const line = `${marks[result.outcome]} ${result.check.id.padEnd(9)} ${result.check.rule}`;
  if (result.outcome === 'passed') return line;
  if (result.outcome === 'skipped') return `${line}\n            skipped: ${result.reason}`;
  const details = [
    `rule:     ${result.check.rule}`,
    `problem:  ${result.problem}`,
    ...(result.evidence === undefined
      ? []
      : [`sent:     ${result.evidence.sent}`, `received: ${result.evidence.received}`]),
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

/** The core rules that no check tested, each with the reason. */
export function untestedCoreRules(
  results: readonly CheckResult[],
): readonly { readonly id: string; readonly reason: string }[] {
  return results.flatMap((result) =>
    result.outcome === 'skipped' && result.check.layer === 'core'
      ? [{ id: result.check.id, reason: result.reason }]
      : [],
  );
}

/** One result of the JSON report. */
export function toJson(result: CheckResult): object {
  const { id, layer, extension, rule } = result.check;
  const fields = { id, layer, ...(extension === undefined ? {} : { extension }), rule };
  const { check: _, ...rest } = result;
  return { ...fields, ...rest };
}
