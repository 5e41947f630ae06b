import type { ChatLimits } from '../api.js';
import type { RateLimiter, RateLimitResult } from '../ports/index.js';
import { addressKey } from './address-key.js';

/** The two rate limits of the API document. */
export interface RateLimits {
  login(ip: string): Promise<RateLimitResult>;
  /** Counts messages over REST and all sockets of a user. */
  chat(userId: string): Promise<RateLimitResult>;
}

export function createRateLimits(limiter: RateLimiter, limits: ChatLimits): RateLimits {
  return {
    login: (ip) =>
      limiter.consume(`login:${addressKey(ip)}`, limits.loginsPerWindow, limits.windowMs),
    chat: (userId) => limiter.consume(`chat:${userId}`, limits.messagesPerWindow, limits.windowMs),
  };
}
