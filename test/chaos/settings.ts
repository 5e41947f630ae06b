/**
 * The size of the chaos tests: a few hundred messages and a hundred clients with `npm test`, 10,000 messages and
 * a thousand clients with `npm run test:chaos`. Both always use the same fault plans. To try other plans:
 * `npm run test:chaos -- --seed 7 --runs 5`. A failed test prints the seed that reproduces its plan.
 */
export const chaosSeed = Number(process.env.CHAOS_SEED ?? 20_260_101);

/** Multiplies the number of runs of each property. */
const chaosRuns = Number(process.env.CHAOS_RUNS ?? 1);

/** The number of messages that the three clients of a run send together. */
export const chaosMessages = Number(process.env.CHAOS_MESSAGES ?? 600);

/** How often the server process is killed while clients send messages. */
export const chaosKills = Number(process.env.CHAOS_KILLS ?? 3);

/** The number of clients that are connected to the server that restarts. */
export const herdClients = Number(process.env.CHAOS_CLIENTS ?? 100);

/** Without shrinking: the timing of the network matters, so a smaller plan behaves differently. */
export function parameters(runs: number) {
  return { seed: chaosSeed, numRuns: runs * chaosRuns, endOnFailure: true } as const;
}

/** The timeout of a test, long enough for a busy machine. */
export function timeoutMs(runs: number, messages: number): number {
  return runs * chaosRuns * (180_000 + messages * 20);
}
