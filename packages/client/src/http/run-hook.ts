import { safeCause } from '../errors/safe-cause.js';
import type { ChatHooks } from '../types/hooks.js';
import type { ChatLogger } from '../types/logger.js';

type HookContext<Name extends keyof ChatHooks> = Parameters<NonNullable<ChatHooks[Name]>>[0];

/**
 * Calls a hook. A hook that throws or rejects is logged, and does not affect the call. Without a hook the result is
 * `undefined`, so that the call does not wait.
 */
export function runHook<Name extends keyof ChatHooks>(
  { hooks, logger }: { readonly hooks: ChatHooks; readonly logger: ChatLogger },
  name: Name,
  createContext: () => HookContext<Name>,
): Promise<void> | undefined {
  const hook = hooks[name] as ((context: HookContext<Name>) => void) | undefined;
  return (
    hook &&
    (async () => hook(createContext()))().catch(
      (error) =>
        void logger.error(`The hook ${name} failed.`, { error: String(safeCause(error, String)) }),
    )
  );
}
