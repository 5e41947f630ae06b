// The interfaces that the domain needs from its surroundings. Adapters implement them; tests and the mock have their own.
export type { Assistant, AssistantMessage, AssistantRequest, ReplyEnd } from './assistant.js';
export type { Clock } from './clock.js';
export type { FanOut, FanOutEvent, RemoteFanOut } from './fan-out.js';
export type { IdGenerator } from './id-generator.js';
export type { Logger } from './logger.js';
export type { PasswordHasher } from './password-hasher.js';
export type { RateLimiter, RateLimitResult } from './rate-limiter.js';
export type { SharedState } from './shared-state.js';
export type { SocketLeases } from './socket-leases.js';
export type { TokenClaims, TokenSigner } from './token-signer.js';
export type { TurnQueue } from './turn-queue.js';
