import type { FanOut, FanOutEvent, Logger } from '../chat/ports.js';

type Listener = (userId: string, event: FanOutEvent) => void;

/** Tells the listeners of this process, at once and all in the same order. */
export function createInProcessFanOut(logger: Pick<Logger, 'error'>): FanOut {
  const listeners = new Set<Listener>();
  const pending: [userId: string, event: FanOutEvent][] = [];
  let telling = false;

  const tell = (userId: string, event: FanOutEvent): void => {
    for (const listener of listeners) {
      try {
        listener(userId, event);
      } catch (err) {
        logger.error({ userId, err }, 'A listener of the fan-out failed.');
      }
    }
  };

  return {
    publish(userId, event) {
      pending.push([userId, event]);
      // What a listener publishes comes after what it is being told, for every listener.
      if (telling) return;
      telling = true;
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) tell(...next);
      telling = false;
    },
    subscribe(listener) {
      // A wrapper each, so that one function may listen twice.
      const own: Listener = (userId, event) => listener(userId, event);
      listeners.add(own);
      return () => {
        listeners.delete(own);
      };
    },
  };
}
