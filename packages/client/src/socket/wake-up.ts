import { listen } from './listen.js';

/**
 * Calls `wake` when the network came back or the page became visible, where the runtime tells.
 * Returns how to stop listening.
 */
export function onWakeUp(wake: () => void): (() => void)[] {
  const page: Document | undefined = globalThis.document;
  const shown = () => {
    if (page?.visibilityState === 'visible') wake();
  };
  return [listen(globalThis, 'online', wake), listen(page, 'visibilitychange', shown)];
}
