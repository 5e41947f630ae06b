import { safeCause } from '../errors/safe-cause.js';
import type { ChatHooks } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';

type StateOf<Name extends keyof ChatHooks> = Parameters<NonNullable<ChatHooks[Name]>>[0];

/** Calls a hook; one that throws, or returns a promise that rejects, is logged and harms nobody. */
export async function tellHook<Name extends keyof ChatHooks>(
  { hooks, logger }: { readonly hooks: ChatHooks; readonly logger: ChatLogger },
  name: Name,
  state: () => StateOf<Name>,
): Promise<void> {
  try {
    const hook = hooks[name] as ((state: StateOf<Name>) => unknown) | undefined;
    if (hook !== undefined) await hook(state());
  } catch (error) {
    logger.error(`The hook ${name} failed.`, { error: String(safeCause(error, String)) });
  }
}
