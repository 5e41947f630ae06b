/**
 * Provides a global WebSocket while MSW listens, because Node 20 has none.
 *
 * MSW replaces the global WebSocket when it starts to listen and restores it when it stops, so there must be one at that
 * moment. MSW calls the getter without `this`, which other code does not do; so such a call means that MSW starts. By the
 * next microtask it has set its own class.
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

/** MSW uses this class for a URL without a handler. */
class NoNetworkWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  constructor(url: string | URL) {
    throw new TypeError(
      `This runtime has no WebSocket, and no handler of the mock matches ${new URL(url).host}.`,
    );
  }
}
