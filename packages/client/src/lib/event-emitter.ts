import { assertOption } from '../options/validate.js';
import type { ChatLogger } from '../types/logger.js';

/** Typed listeners. An error that a listener throws is logged and does not affect the others. */
export class Emitter<Events extends object> {
  readonly #listeners: ReadonlyMap<keyof Events, Set<(event: never) => unknown>>;
  readonly #logger: ChatLogger;

  constructor(logger: ChatLogger, names: readonly (keyof Events)[]) {
    this.#listeners = new Map(names.map((name) => [name, new Set()]));
    this.#logger = logger;
  }

  /** Returns a function that removes the listener. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void {
    assertOption(typeof listener === 'function', 'listener', 'a function');
    const listeners = this.#listeners.get(name);
    assertOption(
      listeners !== undefined,
      'event',
      `one of ${[...this.#listeners.keys()].join(', ')}`,
    );
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
