// Shows results as text, in a terminal and in the report.

/** @param {object} result as `run-suite.mjs` makes it */
export function show({ title, unit, subject, peers, beside }) {
  const names = Object.keys(peers);
  const width = Math.max(...names.map((name) => name.length));
  const figures = names.map((name) => {
    const { median, low, high } = peers[name];
    const shown = figure(median).padStart(9);
    return `    ${name.padEnd(width)}  ${shown} ${unit}   (${figure(low)} … ${figure(high)})`;
  });
  const ratios = beside.map(
    ({ baseline, ratio, goal, met }) =>
      `    ${subject} / ${baseline} = ${spread(ratio)}${verdict(goal, met)}`,
  );
  return [`  ${title}`, ...figures, ...ratios].join('\n');
}

/** Three digits are as many as such figures deserve. */
export function figure(value) {
  if (value === 0) return '0';
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

/** The median and, where there were several rounds, its quartiles. */
export function spread({ median, low, high, rounds }) {
  const middle = median.toFixed(2);
  return rounds === 1 ? middle : `${middle} (${low.toFixed(2)} … ${high.toFixed(2)})`;
}

/** `stretch` is what would be better still. */
export function describeGoal({ atMost, atLeast, stretch }) {
  if (atMost === undefined && atLeast === undefined) return 'none';
  const wanted = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
  return stretch === undefined ? wanted : `${wanted} (stretch ${stretch})`;
}

function verdict(goal, met) {
  const described = describeGoal(goal);
  if (described === 'none') return '';
  return `   goal: ${described}, ${met ? 'met' : goal.gate ? 'MISSED' : 'missed, no gate'}`;
}
