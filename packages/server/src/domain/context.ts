import type { ChatApiDependencies } from './api.js';
import type { Authentication } from './auth/authentication.js';
import type { HashQueue } from './auth/hash-queue.js';
import type { RateLimits } from './auth/rate-limits.js';
import type { InFlightTracker } from './in-flight-tracker.js';
import type { MessageAppender } from './messages/message-appender.js';
import type { PageCache } from './messages/page-cache.js';
import type { ReadSlots } from './read-slots.js';
import type { RunningReplies } from './replies/running-replies.js';
import type { TurnEngine } from './turns/turns.js';

/** The parts that route handlers and sockets share. */
export interface DomainContext extends ChatApiDependencies {
  readonly engine: TurnEngine;
  readonly authentication: Authentication;
  readonly rateLimits: RateLimits;
  readonly hashQueue: HashQueue;
  readonly appender: MessageAppender;
  readonly pages: PageCache;
  readonly reads: ReadSlots;
  /** The large request bodies that are being received. */
  readonly bodies: ReadSlots;
  readonly replies: RunningReplies;
  readonly streams: ReadSlots;
  /** The hash of a random password. Verifying against it makes an unknown username take as long as a known one. */
  readonly dummyHash: Promise<string>;
  /** The requests that `drain` waits for. */
  readonly inFlight: InFlightTracker;
  /** Whether new work is rejected. */
  isStopping(): boolean;
}
