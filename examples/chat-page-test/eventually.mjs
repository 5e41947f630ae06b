import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `check` until it does not throw; throws its last error after a minute. */
export async function eventually(check) {
  const end = performance.now() + 60_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(100);
    }
  }
}
