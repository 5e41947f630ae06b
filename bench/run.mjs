// Measures us against baselines in the same run. `npm run bench [-- names…] [--smoke] [--list] [--report] [--check]`.
import { readOptions } from '../scripts/lib/options.mjs';
import { runSuite } from './measure/run-suite.mjs';
import { machine, saveResults, staleFiles, writeReport } from './report.mjs';
import { isRunnable, suites } from './suites.mjs';
import { formatResult } from './table.mjs';

/** The limit of a whole run, as documented. */
const maxSeconds = 600;

const { values, positionals } = readOptions(
  {
    smoke: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    report: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
  { allowPositionals: true },
);
const { smoke, list, report, check } = values;
const runnable = suites.filter(isRunnable);
const nameOf = (suite, measurement) => `${suite.name}/${measurement.name}`;
const all = runnable.flatMap((suite) => suite.measurements.map((each) => nameOf(suite, each)));
const matches = (name, part) => name === part || name.startsWith(`${part}/`);
const unknown = positionals.filter((part) => !all.some((name) => matches(name, part)));

if (list) console.log(all.join('\n'));
else if (report) for (const file of await writeReport(suites)) console.log(`${file} is written.`);
else if (check) {
  const stale = await staleFiles(suites);
  for (const file of stale) console.error(`${file} is stale: run "npm run bench -- --report".`);
  if (stale.length > 0) process.exitCode = 1;
} else if (unknown.length > 0) {
  console.error(`Unknown measurement: ${unknown.join(', ')}. Valid:\n${all.join('\n')}`);
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
    const selected = suite.measurements.filter(
      (each) =>
        positionals.length === 0 || positionals.some((part) => matches(nameOf(suite, each), part)),
    );
    if (selected.length === 0) continue;
    console.log(`\n${suite.title}`);
    for await (const result of runSuite(suite, selected, { smoke })) {
      results.push(result);
      console.log(formatResult(result));
    }
  }
  await saveResults({ smoke, command, results });

  const compared = results.flatMap(({ baselines }) => baselines);
  const missed = compared.filter(({ met }) => !met);
  const failed = missed.filter(({ goal }) => goal.gate);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`\n${missed.length - failed.length} missed goals that are not gates`);
  console.log(`${compared.length - failed.length} passed, ${failed.length} failed (${seconds} s)`);
  if (positionals.length === 0 && seconds > maxSeconds) {
    console.error(`A whole run took ${seconds} s. The limit is ${maxSeconds} s.`);
  }
  if (failed.length > 0) process.exitCode = 1;
}
