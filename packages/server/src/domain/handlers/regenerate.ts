import { routeSpecs, validateContent } from '@chat/contract';
import { type Handler, messageIdMaxLength, parseBody, unknownMessage } from './handler.js';
import { createTurnResponder } from './turn-response.js';

export const regenerate: Handler<'regenerate'> = (context, request) => {
  const { messageId } = parseBody(routeSpecs.regenerate.body, request.body);
  const { key: givenKey, respond } = createTurnResponder(context, request);
  // A key of a message must not return its first reply.
  const key = givenKey === undefined ? undefined : `regenerate ${givenKey}`;
  return async ({ userId }) => {
    if (validateContent(messageId, messageIdMaxLength) !== undefined) throw unknownMessage();
    return respond({
      userId,
      key,
      isSame: ({ question }) => question.id === messageId,
      run: (options) => context.engine.regenerate({ userId, messageId, key, ...options }),
    });
  };
};
