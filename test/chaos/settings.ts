/**
 * How hard the chaos suite tries: a few hundred messages and a hundred clients with every `npm test`, 10,000
 * messages and a thousand clients with `npm run storm`. Both always run the same plans; to look for new trouble:
 * `npm run storm -- --seed 7 --runs 5`. A failure prints the seed that makes its plan again.
 */
export const chaosSeed = Number(process.env.CHAOS_SEED ?? 20_260_101);

/** Multiplies how often each property is tried. */
const chaosRuns = Number(process.env.CHAOS_RUNS ?? 1);

/** What the three speakers of a storm say together. */
export const stormMessages = Number(process.env.CHAOS_MESSAGES ?? 600);

/** How often the program is killed in the middle of what is said to it. */
export const stormKills = Number(process.env.CHAOS_KILLS ?? 3);

/** How many clients hang on a server that restarts. */
export const herdClients = Number(process.env.CHAOS_CLIENTS ?? 100);

/** No shrinking: where the network's timing takes part, a smaller plan is another story. */
export function parameters(runs: number) {
  return { seed: chaosSeed, numRuns: runs * chaosRuns, endOnFailure: true } as const;
}

/** For one run of a test with so many messages, with room for a busy machine. */
export function timeoutMs(runs: number, messages: number): number {
  return runs * chaosRuns * (180_000 + messages * 20);
}
