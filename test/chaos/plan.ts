import fc from 'fast-check';
import type { Cut } from '../support/tcp-line.js';

type Way = 'up' | 'down';

/** One thing that goes wrong. `line` picks one of the lines there are at that moment. */
export type Mishap =
  | { readonly kind: 'cut'; readonly line: number; readonly how: Cut }
  | { readonly kind: 'cut all'; readonly how: Cut }
  | {
      readonly kind: 'cut after';
      readonly line: number;
      readonly bytes: number;
      readonly way: Way;
      readonly how: Cut;
    }
  | { readonly kind: 'drop'; readonly line: number; readonly bytes: number; readonly way: Way }
  | { readonly kind: 'stall'; readonly line: number; readonly way: Way | 'both' }
  | { readonly kind: 'black hole'; readonly line: number; readonly way: Way | 'both' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'restart'; readonly how: 'gracefully' | 'abruptly' }
  | { readonly kind: 'expire tokens' };

export interface Step {
  /** After how many more messages are settled, one way or the other. */
  readonly after: number;
  readonly mishap: Mishap;
}

export interface Plan {
  /** Of the clients' jitter and of who says what. */
  readonly seed: number;
  readonly steps: readonly Step[];
}

const line = fc.nat(50);
const how = fc.constantFrom<Cut>('reset', 'end');
const way = fc.constantFrom<Way>('up', 'down');
const anyWay = fc.constantFrom<Way | 'both'>('up', 'down', 'both');
const kind = fc.constant;

/** What goes wrong in real life, the commonest most often. */
const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kind('cut'), line, how }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('cut all'), how }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: kind('cut after'), line, bytes: fc.nat(3000), way, how }),
  },
  { weight: 5, arbitrary: fc.record({ kind: kind('drop'), line, bytes: fc.nat(3000), way }) },
  { weight: 3, arbitrary: fc.record({ kind: kind('stall'), line, way: anyWay }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('black hole'), line, way: anyWay }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('delay'), ms: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ kind: kind('refuse') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('restart'),
      how: fc.constantFrom('gracefully' as const, 'abruptly' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind('expire tokens') }) },
);

/** Plans of so many mishaps, `every` messages apart on the average. */
export function planOf(mishaps: number, every: number): fc.Arbitrary<Plan> {
  const step = fc.record({ after: fc.nat(every * 2), mishap });
  return fc
    .record({
      seed: fc.integer(),
      steps: fc.array(step, { minLength: mishaps, maxLength: mishaps }),
    })
    .map((plan) => Object.assign(plan, { [fc.toStringMethod]: () => describePlan(plan) }));
}

/** The same plan for tokens that run out by themselves. */
export function withoutExpiries(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.filter(({ mishap }) => mishap.kind !== 'expire tokens') };
}

/** Short enough to read; the seed that fast-check prints beside it makes the whole plan again. */
function describePlan({ steps }: Plan): string {
  const first = steps.slice(0, 30).map(({ after, mishap: { kind: name, ...rest } }) => {
    return `+${after} ${name} ${Object.values(rest).join(' ')}`;
  });
  return `${steps.length} mishaps: ${first.join(', ')}${steps.length > 30 ? ', …' : ''}`;
}
