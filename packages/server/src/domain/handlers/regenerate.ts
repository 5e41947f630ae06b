import { routeSpecs } from '@chat/contract';
import { revocationIds } from '../auth/token-id.js';
import { type Handler, isPossibleId, parseBody, unknownMessage } from './handler.js';
import { createTurnResponder } from './turn-response.js';

export const regenerate: Handler<'regenerate'> = (context, request) => {
  const { messageId } = parseBody(routeSpecs.regenerate.body, request.body);
  const { key: givenKey, respond } = createTurnResponder(context, request);
  // A key of a message must not return its first reply.
  const key = givenKey === undefined ? undefined : `regenerate ${givenKey}`;
  return async ({ userId, jti }) => {
    if (!isPossibleId(messageId)) throw unknownMessage();
    const token = { ids: revocationIds(jti) };
    return respond({
      userId,
      key,
      isSame: ({ question }) => question.id === messageId,
      run: (options) => context.engine.regenerate({ userId, messageId, key, token, ...options }),
    });
  };
};
