import type { RouteName } from '@chat/contract';
import type { MockFault, MockRateLimit } from './options.js';

/** The faults and rate limits of each route, applied in the order in which they were added. */
export class FaultList {
  readonly #planned = new Map<
    RouteName,
    { plan: MockFault | MockRateLimit; remaining: number }[]
  >();

  add(route: RouteName, plan: MockFault | MockRateLimit): void {
    const planned = this.#planned.get(route) ?? [];
    planned.push({ plan, remaining: plan.times ?? Number.POSITIVE_INFINITY });
    this.#planned.set(route, planned);
  }

  take(route: RouteName): MockFault | MockRateLimit | undefined {
    const next = this.#planned.get(route)?.find(({ remaining }) => remaining > 0);
    if (next === undefined) return undefined;
    next.remaining -= 1;
    return next.plan;
  }
}
