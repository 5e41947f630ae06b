import { listen } from './listen.js';

/**
 * Calls `wake` when the network came back or the page became visible, where the runtime tells.
 * Returns how to stop listening.
 */
export function onWakeUp(wake: () => void): () => void {
  const page: Document | undefined = globalThis.document;
  const stops = [
    listen(globalThis, 'online', wake),
    listen(page, 'visibilitychange', () => {
      if (page?.visibilityState === 'visible') wake();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
