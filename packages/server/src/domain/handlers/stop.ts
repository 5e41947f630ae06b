import { routeSpecs } from '@chat/contract';
import { type Handler, isPossibleId, parseBody } from './handler.js';

export const stop: Handler<'stop'> = (context, request) => {
  const { messageId } = parseBody(routeSpecs.stop.body, request.body ?? {});
  const isPossible = messageId === undefined || isPossibleId(messageId);
  return async ({ userId }) => ({
    body: { stopped: isPossible && (await context.replies.stop(userId, messageId)) },
  });
};
