import type { FanOut, FanOutEvent, Logger } from '../../domain/ports/index.js';

type Listener = (userId: string, event: FanOutEvent) => void;

/** Delivers events to the listeners of this process, at once and in one order for all of them. */
export function createInProcessFanOut(logger: Pick<Logger, 'error'>): FanOut {
  const listeners = new Set<Listener>();
  const pending: [userId: string, event: FanOutEvent][] = [];
  let delivering = false;

  const deliver = (userId: string, event: FanOutEvent): void => {
    for (const listener of listeners) {
      try {
        listener(userId, event);
      } catch (err) {
        logger.error({ userId, err }, 'A fan-out listener failed.');
      }
    }
  };

  return {
    publish(userId, event) {
      pending.push([userId, event]);
      // An event that a listener publishes comes after the current one, for every listener.
      if (delivering) return;
      delivering = true;
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) deliver(...next);
      delivering = false;
    },
    subscribe(listener) {
      // A wrapper, so that the same function can subscribe twice.
      const wrapper: Listener = (userId, event) => listener(userId, event);
      listeners.add(wrapper);
      return () => {
        listeners.delete(wrapper);
      };
    },
  };
}
