import type { ChatLimits } from '../chat/api.js';
import type { Logger } from '../chat/ports.js';
import { RedisRefusedError } from '../shared-state/redis-refused-error.js';
import type { RedisSharedState } from '../shared-state/redis-shared-state.js';
import { SettingError } from './setting-error.js';

/**
 * What instances share, or nothing when no Redis is named.
 * @throws {SettingError} when Redis refuses us; one that is away is waited for while serving
 */
export async function openShared(
  url: string | undefined,
  limits: Partial<ChatLimits>,
  logger: Logger,
): Promise<RedisSharedState | undefined> {
  if (url === undefined) return undefined;
  const { openRedisSharedState } = await import('../shared-state/redis-shared-state.js');
  try {
    return await openRedisSharedState({ url, limits, logger });
  } catch (error) {
    if (!(error instanceof RedisRefusedError)) throw error;
    throw new SettingError(`CHAT_REDIS_URL cannot be used. ${error.message}`);
  }
}
