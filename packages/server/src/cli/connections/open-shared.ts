import type { ChatLimits } from '../../domain/api.js';
import type { Logger } from '../../domain/ports/index.js';
import { RedisAuthError } from '../../shared-state/redis/connection/redis-auth-error.js';
import type { RedisSharedState } from '../../shared-state/redis/redis-shared-state.js';
import { SettingError } from '../errors.js';

interface RedisSettings {
  readonly redisPrefix: string;
  readonly redisTimeoutMs: number;
  readonly redisUrl: string | undefined;
}

/**
 * The shared state of several instances; `undefined` without a Redis.
 * @throws {SettingError} when Redis rejects the user or its permissions; one that cannot be reached is not an error
 */
export async function openShared(
  { redisPrefix: prefix, redisTimeoutMs: timeoutMs, redisUrl: url }: RedisSettings,
  limits: Partial<ChatLimits>,
  logger: Logger,
): Promise<RedisSharedState | undefined> {
  if (url === undefined) return undefined;
  const { openRedisSharedState } = await import('../../shared-state/redis/redis-shared-state.js');
  try {
    return await openRedisSharedState({ url, prefix, timeoutMs, limits, logger });
  } catch (error) {
    if (!(error instanceof RedisAuthError)) throw error;
    throw new SettingError(`CHAT_REDIS_URL cannot be used. ${error.message}`);
  }
}
