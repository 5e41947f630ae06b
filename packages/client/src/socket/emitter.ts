import { demand } from '../demand.js';
import type { SocketLogger } from './dependencies.js';

/** Typed listeners, each on its own: what one throws is logged and reaches nobody else. */
export class Emitter<Events extends object> {
  readonly #listeners: ReadonlyMap<keyof Events, Set<(event: never) => unknown>>;
  readonly #logger: SocketLogger;

  constructor(logger: SocketLogger, names: readonly (keyof Events)[]) {
    this.#listeners = new Map(names.map((name) => [name, new Set()]));
    this.#logger = logger;
  }

  /** Returns how to stop listening. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    demand(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(name);
    demand(listeners !== undefined, 'event', `one of ${[...this.#listeners.keys()].join(', ')}`);
    listeners.add(listener);
    return () => this.off(name, listener);
  }

  off<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): void {
    this.#listeners.get(name)?.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const report = (error: unknown) =>
      this.#logger.error(`A listener of "${String(name)}" threw.`, { error });
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        const returned = listener(event as never);
        if (returned instanceof Promise) returned.catch(report);
      } catch (error) {
        report(error);
      }
    }
  }

  clear(): void {
    for (const listeners of this.#listeners.values()) listeners.clear();
  }
}
