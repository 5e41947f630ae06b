import { addressKey } from './address-key.js';
import type { ChatLimits } from './api.js';
import type { Allowance, Limiter } from './ports.js';

/** The two allowances of the document, each asked in one place by every door. */
export interface Allowances {
  login(ip: string): Promise<Allowance>;
  /** REST and all sockets of a user spend from this one. */
  chat(userId: string): Promise<Allowance>;
}

export function createAllowances(limiter: Limiter, limits: ChatLimits): Allowances {
  return {
    login: (ip) => limiter.take(`login:${addressKey(ip)}`, limits.loginsPerWindow, limits.windowMs),
    chat: (userId) => limiter.take(`chat:${userId}`, limits.messagesPerWindow, limits.windowMs),
  };
}
