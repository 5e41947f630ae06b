/**
 * The rows of a suite's plot: one for each peer that a measurement stands beside.
 * @param {string} suite its name
 * @param {{ name: string, beside: object[] }[]} results as in docs/performance/figures.json
 */
export function plotRows(suite, results) {
  return results
    .filter(({ name }) => name.startsWith(`${suite}/`))
    .flatMap(({ name, beside }) => {
      const short = name.slice(suite.length + 1);
      return beside.map(({ baseline, ...rest }) => ({ label: `${short} / ${baseline}`, ...rest }));
    });
}
