// What is said of the figures of several rounds.

/**
 * @typedef {{ median: number, low: number, high: number, rounds: number }} Summary
 *   the median of some figures and the quartiles around it
 */

/**
 * @param {number[]} figures
 * @returns {Summary}
 */
export function summarize(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    rounds: sorted.length,
  };
}

/**
 * Ratios are taken within each round: what slows a round slows both of its sides.
 * @param {number[]} subject
 * @param {number[]} baseline
 */
export function ratioOf(subject, baseline) {
  return summarize(subject.map((figure, round) => figure / baseline[round]));
}

function quantile(sorted, share) {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const next = sorted[Math.min(below + 1, sorted.length - 1)];
  return sorted[below] + (next - sorted[below]) * (position - below);
}
