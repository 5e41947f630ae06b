/**
 * Calls `wake` when the network came back or the page became visible, where the runtime tells.
 * Returns how to stop listening.
 */
export function onWakeUp(wake: () => void): () => void {
  const scope: Partial<Pick<typeof globalThis, 'addEventListener' | 'removeEventListener'>> =
    globalThis;
  const page: Document | undefined = globalThis.document;
  const shown = () => {
    if (page?.visibilityState === 'visible') wake();
  };
  scope.addEventListener?.('online', wake);
  page?.addEventListener('visibilitychange', shown);
  return () => {
    scope.removeEventListener?.('online', wake);
    page?.removeEventListener('visibilitychange', shown);
  };
}
