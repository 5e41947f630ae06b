import { type ConformanceCheck, checks, type Harness, runChecks } from '@chat/conformance';
import { expect, it } from 'vitest';

/** Defines one test per check. The harness is requested when a test runs, so that `beforeAll` can create it. */
export function itConforms(
  harnessOf: (check: ConformanceCheck) => Harness,
  selected: readonly ConformanceCheck[] = checks,
) {
  it.each(selected.map((check) => [check.id, check.rule, check] as const))(
    '%s %s',
    async (_id, _says, check) => {
      const harness = harnessOf(check);
      const coreOnly = selected.every(({ layer }) => layer === 'core');
      for await (const result of runChecks([check], harness, { coreOnly })) {
        if (result.outcome === 'skipped') {
          expect(Object.values(harness.missingCapabilities)).toContain(result.reason);
        } else {
          expect(result).toEqual({ check, outcome: 'passed' });
        }
      }
    },
  );
}
