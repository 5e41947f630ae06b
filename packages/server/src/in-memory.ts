import { echoAssistant } from './assistants/echo-assistant.js';
import { createTokenSecret, createTokenSigner } from './auth/token-signer.js';
import type { ChatApiDependencies, ChatLimits } from './domain/api.js';
import { createKeyedQueue } from './domain/keyed-queue.js';
import { resolveLimits } from './domain/limits.js';
import { createUuidGenerator } from './domain/runtime/uuid-generator.js';
import { createInProcessFanOut } from './shared-state/in-process/in-process-fan-out.js';
import { createInProcessLeases } from './shared-state/in-process/in-process-leases.js';
import { createInProcessLimiter } from './shared-state/in-process/in-process-limiter.js';
import { createMemoryStore } from './stores/memory/memory-store.js';

type Mandatory = Pick<ChatApiDependencies, 'clock' | 'logger' | 'passwords'>;
type Replaceable = Omit<ChatApiDependencies, keyof Mandatory | 'limits'>;

/** The dependencies to use instead of the in-memory ones; `undefined` means the default. */
export type InMemoryOverrides = {
  readonly [Name in keyof Replaceable]?: Replaceable[Name] | undefined;
} & { readonly limits?: Partial<ChatLimits> | undefined };

/**
 * Assembles the dependencies of the domain in this process. The password hasher is required, because the native
 * module of the production one must not reach the mock, which runs in browsers.
 */
export function inMemoryDependencies(given: Mandatory & InMemoryOverrides): ChatApiDependencies {
  const { clock, logger, passwords } = given;
  const limits = resolveLimits(given.limits);
  return {
    clock,
    logger,
    passwords,
    limits,
    store: given.store ?? createMemoryStore(),
    assistant: given.assistant ?? echoAssistant(),
    idGenerator: given.idGenerator ?? createUuidGenerator(clock),
    tokens: given.tokens ?? createTokenSigner(createTokenSecret()),
    limiter: given.limiter ?? createInProcessLimiter(clock),
    leases: given.leases ?? createInProcessLeases(),
    turns: given.turns ?? createKeyedQueue(limits),
    fanOut: given.fanOut ?? createInProcessFanOut(logger),
    allowedOrigins: given.allowedOrigins ?? [],
    timeZone: given.timeZone ?? 'UTC',
  };
}
