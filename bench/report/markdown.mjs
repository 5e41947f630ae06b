import { describeGoal, figure, spread } from '../table.mjs';

const introduction = `# Performance

Where we stand, as ratios to peers that were measured in the same run, taking turns. A ratio is the median of those within each
round, with the quartiles behind it; only ratios mean anything on another machine. \`npm run bench\` measures all of this in under ten
minutes, \`npm run bench -- <name>\` one row, and \`npm run bench -- --report\` writes this page and its plots from the figures in
[performance/figures.json](performance/figures.json). How to add a row: [bench/README.md](../bench/README.md).
`;

/** @param {{ suite: object, results: object[] }[]} parts */
export function markdown(parts) {
  return [introduction, ...parts.map(section)].join('\n');
}

function section({ suite, results }) {
  const isPlotted = results.some(({ beside }) => beside.length > 0);
  return [
    `## ${suite.title}`,
    '',
    ...(suite.about === undefined ? [] : [suite.about, '']),
    ...(isPlotted ? [`![${suite.title}](performance/${suite.name}.svg)`, ''] : []),
    '| what | ours | beside | ratio | goal | |',
    '|---|---|---|---|---|---|',
    ...results.flatMap(rows),
    '',
    ...(suite.explained === undefined ? [] : [explanation(suite, results), '']),
    machines(results),
    '',
  ].join('\n');
}

/** A sentence with figures in it is made of those that stand above it. */
function explanation({ explained }, results) {
  return typeof explained === 'function' ? explained(results) : explained;
}

/** One for each whom the subject is compared with; where that is nobody, one for each figure. */
function rows({ name, title, unit, subject, peers, beside }) {
  const what = `${title} (\`${name}\`)`;
  const shown = (peer) => `${peer}: ${figure(peers[peer].median)} ${unit}`;
  if (beside.length === 0) return Object.keys(peers).map((peer) => line([what, shown(peer)]));
  return beside.map(({ baseline, ratio, goal, met }) => {
    const described = describeGoal(goal);
    const mark = described === 'none' ? '' : met ? 'met' : '**missed**';
    return line([what, shown(subject), shown(baseline), spread(ratio), described, mark]);
  });
}

function line(cells) {
  return `| ${Array.from({ length: 6 }, (_, column) => cells[column] ?? '').join(' | ')} |`;
}

function machines(results) {
  const described = new Set(
    results.map(
      ({ when, machine }) =>
        `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${when.slice(0, 10)}`,
    ),
  );
  return `Measured on: ${[...described].join('; ')}.`;
}
