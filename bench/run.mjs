// `npm run bench [-- names…] [--smoke]`: where we stand, as ratios to peers in the same run.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { compare, interleave } from './measure.mjs';
import { cost } from './suites/cost.mjs';
import { realtime } from './suites/realtime.mjs';
import { isMet, show } from './table.mjs';

const suites = [cost, realtime];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
const all = suites.flatMap((suite) =>
  suite.measurements.map(({ name }) => `${suite.name}/${name}`),
);
if (values.list) {
  console.log(all.join('\n'));
  process.exit(0);
}
const isWanted = (name) =>
  positionals.length === 0 ||
  positionals.some((part) => name === part || name.startsWith(`${part}/`));
const unknown = positionals.filter(
  (part) => !all.some((name) => name === part || name.startsWith(`${part}/`)),
);
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(', ')}. These exist:\n${all.join('\n')}`);
  process.exit(2);
}

const started = performance.now();
const command = ['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/ --$/, '');
console.log(`${command}   (Node ${process.version}, ${cpus().length} cores)`);
const results = [];
for (const suite of suites) {
  const wanted = suite.measurements.filter(({ name }) => isWanted(`${suite.name}/${name}`));
  if (wanted.length > 0) await runSuite(suite, wanted);
}
await save();
const missed = results.filter(({ met, goal }) => !met && goal.gate);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`\n${results.length - missed.length} passed, ${missed.length} failed (${seconds} s)`);
if (missed.length > 0) process.exitCode = 1;

async function runSuite(suite, wanted) {
  console.log(`\n${suite.title}`);
  const stage = await suite.prepare({
    smoke: values.smoke,
    say: (text) => console.log(`  … ${text}`),
  });
  try {
    for (const measurement of wanted) {
      const { name, title, subject, baseline, unit = 'ms' } = measurement;
      const goal = values.smoke ? measurement.smokeGoal : measurement.goal;
      const rounds = values.smoke ? measurement.smokeRounds : measurement.rounds;
      const measured =
        measurement.samples === undefined
          ? await interleave({ rounds, peers: await measurement.peers(stage) })
          : compare(await measurement.samples(stage));
      // Throughput is work in a time: who takes half the time has twice as much of it.
      const inverted = measurement.better === 'throughput';
      const ratio = inverted
        ? measured.ratio(baseline, subject)
        : measured.ratio(subject, baseline);
      results.push({
        name: `${suite.name}/${name}`,
        title,
        unit,
        of: inverted ? 'throughput' : unit === 'ms' ? 'time' : unit,
        subject,
        baseline,
        peers: measured.summaries,
        ratio,
        goal,
        met: isMet(goal, ratio.median),
      });
      console.log(show(results.at(-1)));
    }
  } finally {
    await stage.close();
  }
}

async function save() {
  const folder = new URL('results/', import.meta.url);
  const when = new Date().toISOString();
  const [cpu] = cpus();
  const machine = {
    cpu: cpu?.model,
    cores: cpus().length,
    memory: totalmem(),
    node: process.version,
  };
  await mkdir(folder, { recursive: true });
  const text = JSON.stringify({ when, command, smoke: values.smoke, machine, results }, null, 2);
  await writeFile(new URL('latest.json', folder), `${text}\n`);
  await writeFile(new URL(`${when.replaceAll(':', '-')}.json`, folder), `${text}\n`);
}
