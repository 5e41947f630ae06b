// Measures peers against each other: in turns, so that whatever slows the machine down slows all of them.

/**
 * @param {object} options
 * @param {Record<string, (round: number) => Promise<unknown>>} options.peers
 * @param {number} options.rounds
 * @param {number} [options.warmUp] rounds that do not count
 * @returns {Promise<{ summaries: Record<string, Summary>, ratio(subject: string, baseline: string): Summary }>}
 *   milliseconds, and ratios taken within each round: what slows a round slows both of its sides
 *
 * @typedef {{ median: number, low: number, high: number, rounds: number }} Summary the quartiles beside the median
 */
export async function interleave({ peers, rounds, warmUp = Math.ceil(rounds / 5) }) {
  const names = Object.keys(peers);
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    // Nobody is always first: who comes after a rest, or after a collection, changes each round.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      const started = performance.now();
      await peers[name](round);
      const took = performance.now() - started;
      if (round >= warmUp) samples.get(name).push(took);
    }
  }
  return compare(Object.fromEntries(samples));
}

/**
 * Figures of each peer, round by round, as summaries and ratios.
 * @param {Record<string, number[]>} samples
 */
export function compare(samples) {
  return {
    summaries: Object.fromEntries(
      Object.entries(samples).map(([name, figures]) => [name, summarize(figures)]),
    ),
    ratio(subject, baseline) {
      const beside = samples[baseline];
      return summarize(samples[subject].map((figure, round) => figure / beside[round]));
    },
  };
}

/** The median of some figures and the quartiles around it. */
function summarize(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds: sorted.length,
  };
}

function quantile(sorted, share) {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (position - below);
}
