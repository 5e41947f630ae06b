import type { RouteName } from '@chat/contract';

/** What was planned to go wrong, taken in the order in which it was planned. */
export class FaultList<Fault extends { readonly times?: number }> {
  readonly #planned = new Map<RouteName, { fault: Fault; left: number }[]>();

  add(route: RouteName, fault: Fault): void {
    const planned = this.#planned.get(route) ?? [];
    planned.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    this.#planned.set(route, planned);
  }

  take(route: RouteName): Fault | undefined {
    const planned = this.#planned.get(route) ?? [];
    const next = planned.find(({ left }) => left > 0);
    if (next === undefined) return undefined;
    next.left -= 1;
    return next.fault;
  }

  clear(): void {
    this.#planned.clear();
  }
}
