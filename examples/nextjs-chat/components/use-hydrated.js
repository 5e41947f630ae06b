import { useSyncExternalStore } from 'react';

/** Whether the page handles events: before, the browser would submit a form itself. */
export function useHydrated() {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
