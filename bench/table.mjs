// Shows results in a terminal.

/** @param {object} result as run.mjs makes it */
export function show({ title, unit, of, peers, subject, baseline, ratio, goal, met }) {
  const names = Object.keys(peers);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const { median, low, high } = peers[name];
    return `    ${name.padEnd(width)}  ${figure(median)} ${unit}   ${figure(low)} … ${figure(high)}`;
  });
  const verdict = met ? 'met' : goal.gate ? 'MISSED' : 'missed, no gate';
  lines.push(
    `    ${of}: ${subject} / ${baseline} = ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} … ${ratio.high.toFixed(2)})   goal: ${describe(goal)}, ${verdict}`,
  );
  return [`  ${title}`, ...lines].join('\n');
}

/** @param {{ atMost?: number, atLeast?: number }} goal */
export function isMet(goal, ratio) {
  return ratio <= (goal.atMost ?? Number.POSITIVE_INFINITY) && ratio >= (goal.atLeast ?? 0);
}

function describe({ atMost, atLeast }) {
  return atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
}

function figure(value) {
  return (value >= 100 ? value.toFixed(0) : value.toPrecision(3)).padStart(8);
}
