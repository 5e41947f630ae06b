import { routeSpecs, validateContent } from '@chat/contract';
import { revocationIds } from '../auth/token-id.js';
import { HttpError } from '../errors.js';
import { type Handler, parseBody } from './handler.js';
import { createTurnResponder } from './turn-response.js';

export const sendMessage: Handler<'sendMessage'> = (context, request) => {
  const { message: content } = parseBody(routeSpecs.sendMessage.body, request.body);
  const issue = validateContent(content, context.limits.contentMaxLength);
  if (issue !== undefined) throw new HttpError(400, `Field "message" ${issue}`);
  const { key, respond } = createTurnResponder(context, request);
  return ({ userId, jti, confirm }) => {
    const token = { ids: revocationIds(jti), confirm };
    return respond({
      userId,
      key,
      isSame: ({ question }) => question.content === content,
      run: (options) => context.engine.send({ userId, content, key, token, ...options }),
    });
  };
};
