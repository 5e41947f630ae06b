// Runs one small suite with the packed packages in every environment that we support: runtimes, pages, test runners,
// versions of TypeScript and MSW. Each row is a project outside the repository.
//   node scripts/matrix.mjs [names…]   runs all rows or some (`node-22 types`), and writes docs/runtimes.{json,md}
//     --dry                            writes nothing
//     --fast                           omits Firefox, WebKit and the page with Next.js, which take long
//     --report                         only writes docs/runtimes.md, from the stored results
//     --check                          only compares docs/runtimes.md with the stored results
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packAll } from './lib/examples.mjs';
import { readOptions } from './lib/options.mjs';
import { createProject, withTemporaryFolder } from './lib/packages.mjs';
import { root, run } from './lib/run.mjs';
import { assertKnown, Steps } from './lib/steps.mjs';
import { rows } from './matrix/rows.mjs';

const resultsFile = join(root, 'docs/runtimes.json');
const pageFile = join(root, 'docs/runtimes.md');
const marker = '<!-- Made by `npm run matrix`. -->';

const { values, positionals } = readOptions(
  {
    dry: { type: 'boolean' },
    fast: { type: 'boolean' },
    report: { type: 'boolean' },
    check: { type: 'boolean' },
  },
  { allowPositionals: true },
);
if (values.report) await writeFile(pageFile, await createPage());
else if (values.check) await checkPage();
else await runRows();

async function runRows() {
  const groups = rows.map(({ name }) => name.split('-')[0]);
  assertKnown('row', positionals, [...new Set([...rows.map(({ name }) => name), ...groups])]);
  const selected = rows.filter(
    ({ name, slow = false }) =>
      !(slow && values.fast) &&
      (positionals.length === 0 ||
        positionals.some((part) => name === part || name.startsWith(`${part}-`))),
  );
  const steps = new Steps();
  const results = await readResults();
  const run = { when: new Date().toISOString().slice(0, 10), commit: await currentCommit() };
  await withTemporaryFolder(async (folder) => {
    const tarballs = await packAll(folder);
    for (const row of selected) {
      const { title } = row;
      const cells = [];
      const check = async (version, how, work) => {
        const { ok, note } = await steps.run(`${title} ${version}, ${how}`, work);
        cells.push({ title, version, how, ok, note: note ?? 'FAILED' });
      };
      try {
        const project = join(folder, row.name);
        await (row.prepare ?? prepareConsumer)({ project, tarballs, packages: row.packages });
        await row.run({ project, check });
      } catch (error) {
        await check('?', 'setup', () => Promise.reject(error));
      }
      results[row.name] = { ...run, cells };
    }
  });
  steps.finish();
  if (values.dry) return;
  const sorted = rows
    .filter(({ name }) => name in results)
    .map(({ name }) => [name, results[name]]);
  await writeFile(resultsFile, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
  await writeFile(pageFile, await createPage());
}

async function prepareConsumer({ project, tarballs, packages = [] }) {
  await createProject(project, [...Object.values(tarballs), ...packages]);
  await cp(join(root, 'scripts/matrix/consumer'), project, { recursive: true });
}

async function checkPage() {
  if ((await readFile(pageFile, 'utf8')) === (await createPage())) return;
  console.error('docs/runtimes.md is stale: run "node scripts/matrix.mjs --report".');
  process.exitCode = 1;
}

async function readResults() {
  return JSON.parse(await readFile(resultsFile, 'utf8'));
}

/** The tested commit, marked when a file that changes the packages or the tests of them is not committed. */
async function currentCommit() {
  const { stdout: head } = await run('git', ['rev-parse', '--short', 'HEAD']);
  const changed = await run('git', ['status', '--porcelain', '--', 'packages', 'scripts']);
  return changed.stdout === '' ? head.trim() : `${head.trim()}-dirty`;
}

/** The text above the marker is written by hand. */
async function createPage() {
  const [before] = (await readFile(pageFile, 'utf8')).split(marker);
  const results = Object.entries(await readResults());
  const runs = new Map();
  for (const [name, { when, commit }] of results) {
    const run = `on ${when} at commit \`${commit}\``;
    runs.set(run, [...(runs.get(run) ?? []), name]);
  }
  const tested =
    runs.size === 1
      ? `All rows were tested ${[...runs.keys()]}.`
      : `Tested ${[...runs].map(([run, names]) => `${run}: ${names.join(', ')}`).join('; ')}.`;
  const lines = results.flatMap(([name, { cells }]) =>
    cells.map(
      ({ title, version, how, ok, note }) =>
        `| ${title} | ${version} | ${how} | ${ok ? note : `**fails** (\`${name}\`)`} |`,
    ),
  );
  const table = ['| environment | version | how | result |', '|---|---|---|---|', ...lines];
  return `${before}${marker}\n\n${tested}\n\n${table.join('\n')}\n`;
}
