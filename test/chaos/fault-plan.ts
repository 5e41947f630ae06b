import type { CutMode } from '@chat/test-support';
import fc from 'fast-check';

type OneWay = 'up' | 'down';

/** One fault. `connection` selects one of the connections that are open at that moment. */
export type Fault =
  | { readonly kind: 'cut'; readonly connection: number; readonly how: CutMode }
  | { readonly kind: 'cut all'; readonly how: CutMode }
  | {
      readonly kind: 'cut after';
      readonly connection: number;
      readonly bytes: number;
      readonly direction: OneWay;
      readonly how: CutMode;
    }
  | {
      readonly kind: 'drop';
      readonly connection: number;
      readonly bytes: number;
      readonly direction: OneWay;
    }
  | { readonly kind: 'stall'; readonly connection: number; readonly direction: OneWay | 'both' }
  | {
      readonly kind: 'black hole';
      readonly connection: number;
      readonly direction: OneWay | 'both';
    }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'restart'; readonly how: 'gracefully' | 'abruptly' }
  | { readonly kind: 'expire tokens' };

export interface Step {
  /** The number of messages whose outcome becomes known before this fault. */
  readonly after: number;
  readonly fault: Fault;
}

export interface Plan {
  /** Seeds the clients' jitter and the choice of messages. */
  readonly seed: number;
  readonly steps: readonly Step[];
}

const connection = fc.nat(50);
const how = fc.constantFrom<CutMode>('reset', 'end');
const direction = fc.constantFrom<OneWay>('up', 'down');
const anyDirection = fc.constantFrom<OneWay | 'both'>('up', 'down', 'both');
const kind = fc.constant;

/** Faults of real networks and servers, weighted by how common they are. */
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: kind('cut'), connection, how }) },
  { weight: 2, arbitrary: fc.record({ kind: kind('cut all'), how }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: kind('cut after'),
      connection,
      bytes: fc.nat(3000),
      direction,
      how,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: kind('drop'), connection, bytes: fc.nat(3000), direction }),
  },
  { weight: 3, arbitrary: fc.record({ kind: kind('stall'), connection, direction: anyDirection }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('black hole'), connection, direction: anyDirection }),
  },
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

/** Plans with this number of faults; on average `every` messages are between two of them. */
export function planOf(faults: number, every: number): fc.Arbitrary<Plan> {
  const step = fc.record({ after: fc.nat(every * 2), fault });
  return fc
    .record({
      seed: fc.integer(),
      steps: fc.array(step, { minLength: faults, maxLength: faults }),
    })
    .map((plan) => Object.assign(plan, { [fc.toStringMethod]: () => describePlan(plan) }));
}

/** The same plan without forced expiries, for tokens with a short lifetime. */
export function withoutExpiries(plan: Plan): Plan {
  return { ...plan, steps: plan.steps.filter(({ fault }) => fault.kind !== 'expire tokens') };
}

/** A short description. fast-check also prints the seed, which reproduces the whole plan. */
function describePlan({ steps }: Plan): string {
  const first = steps.slice(0, 30).map(({ after, fault: { kind: name, ...rest } }) => {
    return `+${after} ${name} ${Object.values(rest).join(' ')}`;
  });
  return `${steps.length} faults: ${first.join(', ')}${steps.length > 30 ? ', …' : ''}`;
}
