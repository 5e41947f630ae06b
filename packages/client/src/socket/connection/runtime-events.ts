import { addListener } from '../../lib/add-listener.js';

/**
 * Calls `listener` when the network returns (`isOnline`), or the page becomes visible or is restored from the cache of
 * the browser's history, in runtimes that report it. Returns functions that remove the listeners.
 */
export function onOnlineOrVisible(listener: (isOnline: boolean) => void): (() => void)[] {
  const page: Document | undefined = globalThis.document;
  return [
    addListener(globalThis, 'online', () => listener(true)),
    addListener(page, 'visibilitychange', () => {
      if (page?.visibilityState === 'visible') listener(false);
    }),
    addListener(globalThis, 'pageshow', (event) => {
      if ((event as PageTransitionEvent | undefined)?.persisted) listener(true);
    }),
  ];
}
