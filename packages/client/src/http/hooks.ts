import type { ChatLogger } from '../types/logger.js';

/** Calls a hook; one that throws, or returns a promise that rejects, is logged and harms nobody. */
export async function tellHook<State>(
  name: string,
  hook: ((state: State) => unknown) | undefined,
  state: State,
  logger: ChatLogger,
): Promise<void> {
  if (hook === undefined) return;
  try {
    await hook(state);
  } catch (error) {
    logger.error(`The hook ${name} failed.`, { error: String(error) });
  }
}
