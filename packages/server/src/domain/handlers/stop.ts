import { routeSpecs, validateContent } from '@chat/contract';
import { type Handler, messageIdMaxLength, parseBody } from './handler.js';

export const stop: Handler<'stop'> = (context, request) => {
  const { messageId } = parseBody(routeSpecs.stop.body, request.body ?? {});
  // Every store can look up only valid text of this length; another id cannot exist.
  const isPossible =
    messageId === undefined || validateContent(messageId, messageIdMaxLength) === undefined;
  return async ({ userId }) => ({
    body: { stopped: isPossible && (await context.replies.stop(userId, messageId)) },
  });
};
