import { channel, tracingChannel } from 'node:diagnostics_channel';
import type { FanOut, FanOutEvent, Logger } from '../../domain/ports/index.js';
import { createInProcessFanOut } from '../in-process/in-process-fan-out.js';
import type { RedisNodes } from './nodes/redis-nodes.js';
import type { RedisRegistry } from './redis-registry.js';
import type { RedisSubscriptions } from './redis-subscriptions.js';
import type { TurnFollowers } from './turns/turn-followers.js';

type Headers = Readonly<Record<string, string>>;
type Envelope = readonly [
  instanceId: string,
  userId: string,
  event: FanOutEvent,
  headers?: Headers,
];

interface TracedEvent {
  readonly userId: string;
  readonly kind: FanOutEvent['kind'];
  /** Sent with the event: a subscriber of the sender may add `traceparent`. */
  readonly headers: Record<string, string>;
}

const publishChannel = channel('chat.publish');
const receiveChannel = tracingChannel<unknown, TracedEvent>('chat.receive');

export interface RedisFanOutParts {
  readonly nodes: RedisNodes;
  readonly subscriptions: RedisSubscriptions;
  readonly registry: RedisRegistry;
  readonly followers: TurnFollowers;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/**
 * Delivers events to this instance at once, and to the others over Redis. A lost event does no harm: messages have
 * numbers, and a socket that misses one reads it from the store.
 */
export function createRedisFanOut(parts: RedisFanOutParts): FanOut {
  const { nodes, subscriptions, registry, followers, logger } = parts;
  const local = createInProcessFanOut(logger);
  const broadcastChannel = nodes.channel('broadcast', '');
  const channelOf = (userId: string) => nodes.channel('user', userId);

  const onMessage = (text: string): void => {
    try {
      const [instanceId, userId, event, headers] = JSON.parse(text) as Envelope;
      if (instanceId === nodes.instanceId) return;
      if (event.kind === 'text-request') followers.noteFollower(userId);
      const deliver = () => local.publish(userId, event);
      if (receiveChannel.hasSubscribers) {
        const traced = { userId, kind: event.kind, headers: { ...headers } };
        receiveChannel.traceSync(deliver, traced);
      } else {
        deliver();
      }
    } catch (err) {
      logger.warn({ err }, 'An invalid message from Redis was ignored.');
    }
  };
  const publishRemote = (channel: string, userId: string, event: FanOutEvent): void => {
    const envelope: Envelope = publishChannel.hasSubscribers
      ? [nodes.instanceId, userId, event, traceHeaders(userId, event)]
      : [nodes.instanceId, userId, event];
    void nodes.nodeOf(channel)?.publish(channel, JSON.stringify(envelope));
  };

  void subscriptions.subscribe(broadcastChannel, onMessage).ready;
  subscriptions.onResubscribed(() => {
    const resync = { kind: 'resync' } as const;
    local.publish('', resync);
    // The other instances may have missed events of this one.
    publishRemote(broadcastChannel, '', resync);
  });
  followers.onLate((userId, event) => publishRemote(channelOf(userId), userId, event));

  return {
    publish(userId, event) {
      local.publish(userId, event);
      if (event.kind !== 'frame') publishRemote(broadcastChannel, userId, event);
      else if (followers.mayFollow(userId, event)) publishRemote(channelOf(userId), userId, event);
    },
    subscribe: (listener) => local.subscribe(listener),
    remote: {
      subscribeUser(userId) {
        const { ready, stop } = subscriptions.subscribe(channelOf(userId), onMessage);
        // After the subscription: from then on, the other instances publish the user's frames.
        const follow = registry.follow(userId, ready);
        return {
          ready: follow.ready,
          stop() {
            follow.stop();
            stop();
          },
        };
      },
      isConnected: () => nodes.up,
    },
  };
}

function traceHeaders(userId: string, { kind }: FanOutEvent): Headers {
  const traced: TracedEvent = { userId, kind, headers: {} };
  publishChannel.publish(traced);
  return traced.headers;
}
