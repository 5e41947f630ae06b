import { describeGoal, figure, spread } from '../table.mjs';

const introduction = `# Performance

Where we stand, as ratios to peers that were measured in the same run, taking turns. A ratio is the median of those within each
round, with the quartiles behind it; only ratios mean anything on another machine. \`npm run bench\` measures all of this in under ten
minutes, \`npm run bench -- <name>\` one row, and \`npm run bench -- --report\` writes this page and its plots from the figures in
[performance/figures.json](performance/figures.json). How to add a row: [bench/README.md](../bench/README.md).
`;

/** @param {{ suite: object, results: object[] }[]} parts */
export function markdown(parts) {
  return `${[introduction, ...parts.map(section)].join('\n')}`;
}

function section({ suite, results }) {
  const rows = results.flatMap((result) => result.beside.map((each) => row(result, each)));
  return [
    `## ${suite.title}`,
    '',
    ...(suite.about === undefined ? [] : [suite.about, '']),
    `![${suite.title}](performance/${suite.name}.svg)`,
    '',
    '| what | ours | beside | ratio | goal | |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
    ...(suite.explained === undefined ? [] : [suite.explained, '']),
    machines(results),
    '',
  ].join('\n');
}

function row({ name, title, unit, subject, peers }, { baseline, ratio, goal, met }) {
  const mark = describeGoal(goal) === 'none' ? '' : met ? 'met' : '**missed**';
  const cells = [
    `${title} (\`${name}\`)`,
    `${subject}: ${figure(peers[subject].median)} ${unit}`,
    `${baseline}: ${figure(peers[baseline].median)} ${unit}`,
    spread(ratio),
    describeGoal(goal),
    mark,
  ];
  return `| ${cells.join(' | ')} |`;
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
