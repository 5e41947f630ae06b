import { expect, it } from 'vitest';
import type { Check } from '../../packages/server/src/conformance/check.js';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import type { Harness } from '../../packages/server/src/conformance/harness.js';
import { runChecks } from '../../packages/server/src/conformance/run.js';

/** One test a check, against whatever backend the harness stands for when the tests run. */
export function itKeeps(harnessOf: (check: Check) => Harness, chosen: readonly Check[] = checks) {
  it.each(chosen.map((check) => [check.id, check.says, check] as const))(
    '%s %s',
    async (_id, _says, check) => {
      const harness = harnessOf(check);
      const coreOnly = chosen.every(({ layer }) => layer === 'core');
      for await (const result of runChecks([check], harness, { coreOnly })) {
        if (result.outcome === 'skipped') {
          expect(Object.values(harness.cannot)).toContain(result.reason);
        } else {
          expect(result).toEqual({ check, outcome: 'passed' });
        }
      }
    },
    60_000,
  );
}
