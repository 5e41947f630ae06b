import { machine } from '../results.mjs';
import { interleave } from './interleave.mjs';
import { ratioOf, summarize } from './summary.mjs';

/** Prepares a suite's stage, measures what is wanted, one result after the other, and clears up. */
export async function* runSuite(suite, wanted, { smoke }) {
  const say = (text) => console.log(`  … ${text}`);
  const stage = await suite.prepare({ smoke, say });
  try {
    for (const measurement of wanted) yield await run(suite, measurement, { stage, smoke });
  } finally {
    await stage.close();
  }
}

async function run(suite, measurement, { stage, smoke }) {
  const { name, title, subject, unit = 'ms', figure = (took) => took, warmUp } = measurement;
  const rounds = smoke ? measurement.smokeRounds : measurement.rounds;
  const raw =
    measurement.samples === undefined
      ? await interleave({ rounds, warmUp, peers: await measurement.peers(stage) })
      : await measurement.samples(stage);
  const samples = mapValues(raw, (figures) => figures.map((each) => figure(each, stage)));
  return {
    name: `${suite.name}/${name}`,
    title: typeof title === 'function' ? title(stage) : title,
    unit,
    subject,
    peers: mapValues(samples, summarize),
    beside: Object.entries(measurement.beside).map(([baseline, given]) => {
      const goal = smoke ? (given.smoke ?? {}) : given;
      const ratio = ratioOf(samples[subject], samples[baseline]);
      return { baseline, ratio, goal, met: isMet(goal, ratio.median) };
    }),
    when: new Date().toISOString(),
    machine: machine(),
  };
}

/** @param {{ atMost?: number, atLeast?: number }} goal */
function isMet({ atMost = Number.POSITIVE_INFINITY, atLeast = 0 }, ratio) {
  return ratio <= atMost && ratio >= atLeast;
}

function mapValues(object, change) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
