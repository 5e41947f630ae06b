import { echoAssistant } from '../assistant/echo-assistant.js';
import { argon2Hasher } from '../auth/argon2-hasher.js';
import { createTokenSecret, createTokenSigner } from '../auth/token-signer.js';
import type { ChatApiDependencies } from '../chat/api.js';
import { systemClock } from '../chat/clock.js';
import { createIdentifiers } from '../chat/identifiers.js';
import { limitsWith } from '../chat/limits.js';
import type { Logger } from '../chat/ports.js';
import { createInProcessFanOut } from '../shared-state/in-process-fan-out.js';
import { createInProcessLeases } from '../shared-state/in-process-leases.js';
import { createInProcessLimiter } from '../shared-state/in-process-limiter.js';
import { createInProcessTurnQueue } from '../shared-state/in-process-turn-queue.js';
import { createMemoryStore } from '../store/memory-store.js';
import type { ChatPluginOptions } from './options.js';

/** What the domain needs, from the options and, where they are silent, from this one process. */
export function createDependencies(
  options: ChatPluginOptions,
  logger: Logger,
): ChatApiDependencies {
  const { clock = systemClock, shared = {} } = options;
  const limits = limitsWith(options.limits);
  return {
    store: options.store ?? createMemoryStore(),
    assistant: options.assistant ?? echoAssistant(),
    clock,
    identifiers: createIdentifiers(clock),
    passwords: options.passwords ?? argon2Hasher,
    tokens: options.tokens ?? createTokenSigner(options.jwtSecret ?? createTokenSecret()),
    limiter: shared.limiter ?? createInProcessLimiter(clock),
    leases: shared.leases ?? createInProcessLeases(),
    turns: shared.turns ?? createInProcessTurnQueue(limits),
    fanOut: shared.fanOut ?? createInProcessFanOut(logger),
    logger,
    limits,
    allowedOrigins: options.corsOrigins ?? [],
    timeZone: options.timeZone ?? 'UTC',
  };
}
