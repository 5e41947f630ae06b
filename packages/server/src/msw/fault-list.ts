import type { RouteName } from '@chat/contract';
import type { MockFault, MockRateLimit } from './options.js';

/** What was planned to go wrong, taken in the order in which it was planned. */
export class FaultList {
  readonly #planned = new Map<RouteName, { plan: MockFault | MockRateLimit; left: number }[]>();

  add(route: RouteName, plan: MockFault | MockRateLimit): void {
    const planned = this.#planned.get(route) ?? [];
    planned.push({ plan, left: plan.times ?? Number.POSITIVE_INFINITY });
    this.#planned.set(route, planned);
  }

  take(route: RouteName): MockFault | MockRateLimit | undefined {
    const next = this.#planned.get(route)?.find(({ left }) => left > 0);
    if (next === undefined) return undefined;
    next.left -= 1;
    return next.plan;
  }
}
