/** A result for the terminal. @param {object} result of run-suite.mjs */
export function formatResult({ title, unit, candidate, peers, baselines }) {
  const names = Object.keys(peers);
  const width = Math.max(...names.map((name) => name.length));
  const values = names.map((name) => {
    const { median, low, high } = peers[name];
    const shown = formatNumber(median).padStart(9);
    return `    ${name.padEnd(width)}  ${shown} ${unit}   (${formatNumber(low)} … ${formatNumber(high)})`;
  });
  const ratios = baselines.map(
    ({ baseline, ratio, goal, met }) =>
      `    ${candidate} / ${baseline} = ${formatRatio(ratio)}${goalText(goal, met)}`,
  );
  return [`  ${title}`, ...values, ...ratios].join('\n');
}

/** With three significant digits. */
export function formatNumber(value) {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** The median and, of several rounds, the quartiles. */
export function formatRatio({ median, low, high, rounds }) {
  const middle = median.toFixed(2);
  return rounds === 1 ? middle : `${middle} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

export function describeGoal({ atMost, atLeast }) {
  if (atMost === undefined && atLeast === undefined) return 'none';
  return atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
}

function goalText(goal, met) {
  const described = describeGoal(goal);
  if (described === 'none') return '';
  return `   goal: ${described}, ${met ? 'met' : goal.gate ? 'MISSED' : 'missed, no gate'}`;
}
