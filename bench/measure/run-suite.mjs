import { machine } from '../report.mjs';
import { interleave } from './interleave.mjs';
import { ratioOf, summarize } from './summary.mjs';

/** Prepares the fixture of a suite, yields the result of each selected measurement, and closes the fixture. */
export async function* runSuite(suite, selected, { smoke }) {
  const log = (text) => console.log(`  … ${text}`);
  const fixture = await suite.prepare({ smoke, log });
  try {
    for (const measurement of selected) yield await run(suite, measurement, { fixture, smoke });
  } finally {
    await fixture.close();
  }
}

async function run(suite, measurement, { fixture, smoke }) {
  const { name, title, candidate, unit = 'ms', toValue = (took) => took, warmUp } = measurement;
  const rounds = smoke ? measurement.smokeRounds : measurement.rounds;
  const raw =
    measurement.samples === undefined
      ? await interleave({ rounds, warmUp, peers: await measurement.peers(fixture) })
      : await measurement.samples(fixture);
  const samples = mapValues(raw, (values) => values.map((each) => toValue(each, fixture)));
  return {
    name: `${suite.name}/${name}`,
    title: typeof title === 'function' ? title(fixture) : title,
    unit,
    candidate,
    peers: mapValues(samples, summarize),
    baselines: Object.entries(measurement.baselines).map(([baseline, target]) => {
      const goal = smoke ? (target.smoke ?? {}) : target;
      const ratio = ratioOf(samples[candidate], samples[baseline]);
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
