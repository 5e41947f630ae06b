// The results of the bench: bench/results/ has those of each run and newest.json, docs/ those that are published.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describeGoal, formatNumber, formatRatio } from './table.mjs';

const folder = new URL('results/', import.meta.url);
const newest = new URL('newest.json', folder);
const published = new URL('../docs/performance/results.json', import.meta.url);
const page = new URL('../docs/performance.md', import.meta.url);
const goalsPage = new URL('../docs/contributors/performance-goals.md', import.meta.url);

const introduction = `# Performance

Each result is a ratio to a baseline that was measured in the same run, alternately with our candidate. The ratio is the median of all rounds, with the
quartiles in parentheses. Only ratios can be compared with those of another machine. \`npm run bench\` measures everything in about ten minutes,
\`npm run bench -- <name>\` one row. [Performance goals](contributors/performance-goals.md) compares the results with the goals of the project.
`;

const goalsIntroduction = `# Performance goals

The goals of the project, and whether the results of [Performance](../performance.md) meet them. \`npm run bench -- --report\` writes both pages from
[performance/results.json](../performance/results.json). To add a row: [bench/README.md](../../bench/README.md).
`;

export function machine() {
  const [cpu] = cpus();
  return { cpu: cpu?.model, cores: cpus().length, memory: totalmem(), node: process.version };
}

/** Saves a run. Results of small sizes (`smoke`) never become the newest results. */
export async function saveResults({ smoke, command, results }) {
  await mkdir(folder, { recursive: true });
  const run = { when: new Date().toISOString(), command, smoke, results };
  const name = `${run.when.replaceAll(':', '-')}${smoke ? '-smoke' : ''}.json`;
  await writeFile(new URL(name, folder), toJson(run));
  if (!smoke) await writeFile(newest, toJson(merge(await readResults(newest), results)));
}

/** Publishes the newest results in docs/. @returns {Promise<string[]>} the files */
export async function writeReport(suites) {
  const results = merge(await readResults(published), await readResults(newest));
  const files = createReport(suites, results);
  for (const [file, content] of files) await writeFile(file, content);
  return files.map(([file]) => fileURLToPath(file));
}

/** The files of the report that do not match the published results. */
export async function staleFiles(suites) {
  const stale = [];
  for (const [file, content] of createReport(suites, await readResults(published))) {
    const present = await readFile(file, 'utf8').catch(() => undefined);
    if (present !== content) stale.push(fileURLToPath(file));
  }
  return stale;
}

function createReport(suites, all) {
  const sections = [];
  const goals = [];
  const reported = [];
  for (const suite of suites) {
    const results = suite.measurements
      .map(({ name }) => all.find((result) => result.name === `${suite.name}/${name}`))
      .filter((result) => result !== undefined);
    if (results.length === 0) continue;
    reported.push(...results);
    sections.push(section(suite, results));
    goals.push(goalsSection(suite, results));
  }
  return [
    [published, toJson(reported)],
    [page, [introduction, ...sections].join('\n')],
    [goalsPage, [goalsIntroduction, ...goals.filter(Boolean)].join('\n')],
  ];
}

function section({ title, about }, results) {
  const machines = results.map(
    ({ when, machine }) =>
      `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${when.slice(0, 10)}`,
  );
  return [
    `## ${title}`,
    ...(about === undefined ? [] : ['', about]),
    '',
    '| measurement | ours | baseline | ratio |',
    '|---|---|---|---|',
    ...results.flatMap(rows),
    '',
    `Measured on: ${[...new Set(machines)].join('; ')}.`,
    '',
  ].join('\n');
}

/** One row for each baseline; without baselines, one for each value. */
function rows({ name, title, unit, candidate, peers, baselines }) {
  const measurement = `${title} (\`${name}\`)`;
  const value = (peer) => `${peer}: ${formatNumber(peers[peer].median)} ${unit}`;
  if (baselines.length === 0) {
    return Object.keys(peers).map((peer) => `| ${measurement} | ${value(peer)} | | |`);
  }
  return baselines.map(({ baseline, ratio }) => {
    const cells = [value(candidate), value(baseline), formatRatio(ratio)];
    return `| ${[measurement, ...cells].join(' | ')} |`;
  });
}

/** @returns {string | undefined} `undefined` for a suite without goals and notes */
function goalsSection({ title, notes }, results) {
  const goals = results.flatMap(({ name, baselines }) =>
    baselines
      .filter(({ goal }) => describeGoal(goal) !== 'none')
      .map(
        ({ baseline, ratio, goal, met }) =>
          `| \`${name}\` | ${baseline} | ${formatRatio(ratio)} | ${describeGoal(goal)} | ${met ? 'met' : '**missed**'} |`,
      ),
  );
  const text = typeof notes === 'function' ? notes(results) : notes;
  if (goals.length === 0 && text === undefined) return undefined;
  const table = ['| measurement | baseline | ratio | goal | |', '|---|---|---|---|---|', ...goals];
  return [
    `## ${title}`,
    '',
    ...(goals.length === 0 ? [] : [...table, '']),
    // The notes link to pages of docs/.
    ...(text === undefined ? [] : [text.replaceAll('](decisions/', '](../decisions/'), '']),
  ].join('\n');
}

/** @param {URL} file of results; a missing one has none */
async function readResults(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The newer result of each measurement. */
function merge(...lists) {
  const byName = new Map();
  for (const result of lists.flat()) {
    const known = byName.get(result.name);
    if (known === undefined || known.when <= result.when) byName.set(result.name, result);
  }
  return [...byName.values()];
}

function toJson(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}
