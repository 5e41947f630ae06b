/**
 * Stands for the global WebSocket that Node 20 lacks, while MSW listens and no longer.
 *
 * MSW replaces a global WebSocket when it begins to listen and puts back what it found when it ends, so
 * there has to be one at that moment. It looks by calling the property's getter loose, which nobody else
 * does: that call is how we know that it begins, and by the next microtask it has put its own in place.
 */
export function provideWebSocket(): void {
  if (Object.getOwnPropertyDescriptor(globalThis, 'WebSocket') !== undefined) return;
  let begins = false;
  Object.defineProperty(globalThis, 'WebSocket', {
    configurable: true,
    enumerable: false,
    get(this: unknown) {
      if (this !== globalThis) {
        begins = true;
        queueMicrotask(() => {
          begins = false;
        });
      }
      return begins ? NoNetworkWebSocket : undefined;
    },
    set(value: unknown) {
      const own = { value, configurable: true, enumerable: false, writable: true };
      Object.defineProperty(globalThis, 'WebSocket', own);
    },
  });
}

/** What MSW falls back on for a URL that no handler knows. */
class NoNetworkWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  constructor(url: string | URL) {
    throw new TypeError(
      `This runtime has no WebSocket of its own, and no handler of the mock knows ${new URL(url).host}.`,
    );
  }
}
