import { routeSpecs } from '@chat/contract';
import { type Handler, parseBody } from './handler.js';

export const stop: Handler<'stop'> = (context, request) => {
  const { messageId } = parseBody(routeSpecs.stop.body, request.body ?? {});
  return async ({ userId }) => ({
    body: { stopped: await context.replies.stop(userId, messageId) },
  });
};
