/** @typedef {{ median: number, low: number, high: number, rounds: number }} Summary the median and the quartiles */

/**
 * @param {number[]} values
 * @returns {Summary}
 */
export function summarize(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds: sorted.length,
  };
}

/** The ratios are taken within each round: what slows a round slows both. */
export function ratioOf(candidate, baseline) {
  return summarize(candidate.map((value, round) => value / baseline[round]));
}

function quantile(sorted, share) {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (position - below);
}
