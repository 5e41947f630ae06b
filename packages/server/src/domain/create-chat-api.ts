import { validateContent } from '@chat/contract';
import type { ChatApi, ChatApiDependencies } from './api.js';
import { addUser } from './auth/add-user.js';
import { createAuthentication } from './auth/authentication.js';
import { createHashQueue } from './auth/hash-queue.js';
import { createRateLimits } from './auth/rate-limits.js';
import type { DomainContext } from './context.js';
import { dispatch } from './dispatch.js';
import { HttpError } from './errors.js';
import { createExpiredDataPurge } from './expired-data-purge.js';
import { createInFlightTracker } from './in-flight-tracker.js';
import { createMessageAppender } from './messages/message-appender.js';
import { PageCache } from './messages/page-cache.js';
import { ReadSlots } from './read-slots.js';
import { RunningReplies } from './replies/running-replies.js';
import { createSocketHub } from './sockets/socket-hub.js';
import { createTurnEngine } from './turns/turn-engine.js';

const pagesMaxBytes = 32 * 1024 * 1024;

/**
 * Creates the chat, independent of HTTP servers and WebSocket libraries.
 * @throws RangeError when `timeZone` is unknown.
 */
export function createChatApi(dependencies: ChatApiDependencies): ChatApi {
  let stopping = false;
  const appender = createMessageAppender(dependencies);
  const replies = new RunningReplies(dependencies);
  const context: DomainContext = {
    ...dependencies,
    appender,
    pages: new PageCache(pagesMaxBytes),
    reads: new ReadSlots(dependencies.limits),
    bodies: new ReadSlots(dependencies.limits),
    replies,
    // None waits: a stream may last for minutes.
    streams: new ReadSlots(
      { readsPerUser: dependencies.limits.streamsPerUser, maxQueuedReads: 0 },
      'You have too many streamed responses; close one and try again.',
    ),
    engine: createTurnEngine(dependencies, appender, replies),
    authentication: createAuthentication(dependencies),
    rateLimits: createRateLimits(dependencies.limiter, dependencies.limits),
    hashQueue: createHashQueue(dependencies.passwords, dependencies.limits.maxQueuedLogins),
    dummyHash: dependencies.passwords.hash(dependencies.idGenerator.next()),
    inFlight: createInFlightTracker(),
    isStopping: () => stopping,
  };
  // A login that awaits it gets the error. Until then it must not be an unhandled rejection.
  context.dummyHash.catch(() => {});
  const sockets = createSocketHub(context);
  const purgeExpired = createExpiredDataPurge(dependencies);

  let drained: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    stopping = true;
    // Requests first: an accepted request may not have started its turn yet.
    await sockets.drain(context.inFlight.whenIdle().then(() => context.engine.drain()));
    replies.close();
    context.authentication.close();
  };

  return {
    handle(route, request) {
      purgeExpired();
      return context.inFlight.run(() => dispatch(context, route, request));
    },
    open: (peer, request) => sockets.open(peer, request),
    async pushMessage(userId, content) {
      const issue = validateContent(content, Number.POSITIVE_INFINITY);
      if (issue !== undefined) throw new HttpError(400, `A message ${issue}`);
      await context.engine.pushMessage(userId, content);
    },
    addUser: (user) => addUser(dependencies, user),
    drain: () => (drained ??= drain()),
  };
}
