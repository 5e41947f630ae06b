/**
 * How hard the chaos suite tries. CI always runs the same plans; to look for new trouble:
 * `CHAOS_SEED=$RANDOM CHAOS_RUNS=50 npx vitest run --config vitest.workspace.ts test/chaos`.
 * A failure prints the seed that makes its plan again.
 */
const chaosSeed = Number(process.env.CHAOS_SEED ?? 20_260_101);

/** Multiplies how often each property is tried. */
const chaosRuns = Number(process.env.CHAOS_RUNS ?? 1);

/** No shrinking: where the network's timing takes part, a smaller plan is another story. */
export function parameters(runs: number) {
  return { seed: chaosSeed, numRuns: runs * chaosRuns, endOnFailure: true } as const;
}

/** For one run of a test with so many messages, with room for a busy machine. */
export function timeoutMs(runs: number, messages: number): number {
  return runs * chaosRuns * (30_000 + messages * 12);
}
