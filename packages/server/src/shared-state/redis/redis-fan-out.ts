import type { FanOut, FanOutEvent, Logger } from '../../chat/ports.js';
import { createInProcessFanOut } from '../in-process-fan-out.js';
import type { RedisLink } from './redis-link.js';
import type { RedisNews } from './redis-news.js';

type Envelope = readonly [instanceId: string, userId: string, event: FanOutEvent];

/**
 * Tells this instance at once and the others over Redis. What gets lost on the way is no harm: messages
 * have numbers, and who misses one asks the store.
 */
export function createRedisFanOut(
  link: RedisLink,
  news: RedisNews,
  logger: Pick<Logger, 'error' | 'warn'>,
): FanOut {
  const here = createInProcessFanOut(logger);
  const everybody = link.key('everybody');
  const channelOf = (userId: string) => link.key('user', userId);

  const hear = (text: string): void => {
    try {
      const [instanceId, userId, event] = JSON.parse(text) as Envelope;
      if (instanceId !== link.instanceId) here.publish(userId, event);
    } catch (err) {
      logger.warn({ err }, 'Something unreadable came over Redis and is left out.');
    }
  };
  const tell = (channel: string, userId: string, event: FanOutEvent): void => {
    const envelope: Envelope = [link.instanceId, userId, event];
    void link.run<unknown>(
      (redis) => redis.publish(channel, JSON.stringify(envelope)),
      () => undefined,
    );
  };

  void news.listen(everybody, hear).ready;
  news.onResumed(() => {
    const doubt = { kind: 'doubt' } as const;
    here.publish('', doubt);
    // The others may have missed what was said here meanwhile.
    tell(everybody, '', doubt);
  });

  return {
    publish(userId, event) {
      here.publish(userId, event);
      tell(event.kind === 'frame' ? channelOf(userId) : everybody, userId, event);
    },
    subscribe: (listener) => here.subscribe(listener),
    remote: {
      follow: (userId) => news.listen(channelOf(userId), hear),
      isConnected: () => link.up,
    },
  };
}
