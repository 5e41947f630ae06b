// `npm run bench [-- names…] [--smoke] [--report] [--check]`: where we stand, as ratios to peers in the same run.
import { parseArgs } from 'node:util';
import { runSuite } from './measure/run-suite.mjs';
import { staleFiles, writeReport } from './report/write-report.mjs';
import { machine, saveResults } from './results.mjs';
import { isRunnable, suites } from './suites.mjs';
import { show } from './table.mjs';

/** What `npm run bench` promises. */
const longestSeconds = 600;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
const { smoke, list, report, check } = values;
const runnable = suites.filter(isRunnable);
const nameOf = (suite, measurement) => `${suite.name}/${measurement.name}`;
const all = runnable.flatMap((suite) => suite.measurements.map((each) => nameOf(suite, each)));
const matches = (name, part) => name === part || name.startsWith(`${part}/`);
const unknown = positionals.filter((part) => !all.some((name) => matches(name, part)));

if (list) console.log(all.join('\n'));
else if (report) for (const file of await writeReport(suites)) console.log(`${file} is written.`);
else if (check) await checkReport();
else if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. These exist:\n${all.join('\n')}`);
  process.exitCode = 2;
} else await measure();

async function measure() {
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--'] : [])]
    .concat(process.argv.slice(2))
    .join(' ');
  const { node, cores } = machine();
  console.log(`${command}   (Node ${node}, ${cores} cores)`);
  const started = performance.now();
  const results = [];
  for (const suite of runnable) {
    const wanted = suite.measurements.filter(
      (each) =>
        positionals.length === 0 || positionals.some((part) => matches(nameOf(suite, each), part)),
    );
    if (wanted.length === 0) continue;
    console.log(`\n${suite.title}`);
    for await (const result of runSuite(suite, wanted, { smoke })) {
      results.push(result);
      console.log(show(result));
    }
  }
  await saveResults({ smoke, command, results });

  const verdicts = results.flatMap(({ beside }) => beside);
  const missed = verdicts.filter(({ met }) => !met);
  const failed = missed.filter(({ goal }) => goal.gate);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`\n${missed.length - failed.length} below their goals that are no gates`);
  console.log(`${verdicts.length - failed.length} passed, ${failed.length} failed (${seconds} s)`);
  if (positionals.length === 0 && seconds > longestSeconds) {
    console.error(
      `\n!!! TOO LONG: ${seconds} s for a whole run, which may take ${longestSeconds}.`,
    );
  }
  if (failed.length > 0) process.exitCode = 1;
}

/** Whether what is kept in docs/ is what its figures make it. */
async function checkReport() {
  const stale = await staleFiles(suites);
  for (const file of stale) console.error(`${file} is stale: run "npm run bench -- --report".`);
  if (stale.length > 0) process.exitCode = 1;
}
