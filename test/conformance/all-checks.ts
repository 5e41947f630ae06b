import { type ConformanceCheck, checks, type Harness, runChecks } from '@chat/conformance';
import { basePath, routes } from '@chat/contract';
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

/** A limit of this project's server and mocks: other backends may accept more. */
export function itLimitsBodiesWithoutToken(harnessOf: () => Harness) {
  it.each([
    [16_384, 401],
    [16_385, 413],
  ])('responds to a login of %d bytes with %d', async (length, status) => {
    const harness = harnessOf();
    const { username } = harness.user;
    const missing = length - JSON.stringify({ username, password: '' }).length;
    const response = await harness.fetch(`${harness.baseUrl}${basePath}${routes.login.path}`, {
      method: routes.login.method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: 'x'.repeat(missing) }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ detail: expect.any(String) });
  });
}
