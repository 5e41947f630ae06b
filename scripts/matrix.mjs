// Proves the packed packages everywhere they promise to run: one small suite in each runtime, page, test runner and
// TypeScript, in projects outside the repository. `npm run matrix` runs all and writes what came of it into
// docs/runtimes.json and the page that is made of it; names choose some rows (`npm run matrix -- node-22 types`).
// `--dry` writes nothing, as in CI. `--report` proves nothing and makes the page of what was kept; `--check` says whether
// it is that.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumRows } from './matrix/chromium.mjs';
import { nodeRow } from './matrix/node.mjs';
import { scriptRow, workerdRow } from './matrix/other-runtimes.mjs';
import { Projects } from './matrix/project.mjs';
import { isPageFresh, keepResults, writePage } from './matrix/results.mjs';
import { testRunnerRows } from './matrix/test-runners.mjs';
import { typesRow } from './matrix/types.mjs';
import { Cells } from './packages/cells.mjs';

const rows = [
  nodeRow('20'),
  nodeRow('22'),
  nodeRow('24'),
  nodeRow('26'),
  scriptRow('bun', 'Bun', { import: ['run.mjs'], 'require()': ['run.cjs'] }),
  scriptRow('deno', 'Deno', {
    import: ['run', '--allow-all', '--no-prompt', 'run.mjs'],
    'require()': ['run', '--allow-all', '--no-prompt', 'run.cjs'],
  }),
  workerdRow,
  ...chromiumRows,
  ...testRunnerRows,
  ...['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6', '7'].map(typesRow),
];

const { values, positionals } = parseArgs({
  options: { dry: { type: 'boolean' }, report: { type: 'boolean' }, check: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.report) {
  await writePage();
  process.exit();
}
if (values.check) {
  const isStale = !(await isPageFresh());
  if (isStale) console.error('docs/runtimes.md is stale: run "node scripts/matrix.mjs --report".');
  process.exit(isStale ? 1 : 0);
}
// `chromium` is all of its rows.
const isNamed = (row, name) => row.name === name || row.name.startsWith(`${name}-`);
const unknown = positionals.filter((name) => !rows.some((row) => isNamed(row, name)));
if (unknown.length > 0) {
  const names = rows.map(({ name }) => name).join(', ');
  console.error(`There is no row ${unknown.join(', ')}: ${names}.`);
  process.exit(2);
}
const chosen = rows.filter(
  (row) => positionals.length === 0 || positionals.some((name) => isNamed(row, name)),
);

const folder = await mkdtemp(join(tmpdir(), 'chat-matrix-run-'));
const cells = new Cells({ title: 'in', version: 'version', how: 'how' });
const results = {};
try {
  const projects = new Projects(folder);
  for (const { name, title, run } of chosen) {
    results[name] = [];
    const prove = async (place, work) => {
      const { ok, note, ...rest } = await cells.prove({ title, ...place }, work);
      results[name].push({ title, version: rest.version, how: rest.how, ok, note });
    };
    try {
      await run({ projects, prove });
    } catch (error) {
      await prove({ version: '?', how: 'getting ready' }, () => Promise.reject(error));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${cells}`);
if (!values.dry) {
  await keepResults(
    results,
    rows.map(({ name }) => name),
  );
}
if (!cells.areGreen) process.exitCode = 1;
