import { routeSpecs } from '@chat/contract';
import { HttpError } from '../errors.js';
import { countRating } from '../messages/statistics.js';
import type { UserTransaction } from '../ports/store.js';
import { type Handler, isPossibleId, parseBody, unknownMessage } from './handler.js';
import { respondWith } from './respond-with.js';

export const feedback: Handler<'feedback'> = (context, request) => {
  const { messageId, satisfied } = parseBody(routeSpecs.feedback.body, request.body);
  return async ({ userId }) => {
    if (!isPossibleId(messageId)) throw unknownMessage();
    const { message, readSeq } = await context.store.transaction(
      userId,
      (tx) => rate(tx, satisfied),
      { messageId: messageId },
    );
    const [rated] = await respondWith(context, request, [message], readSeq);
    return { body: { message: rated! } };
  };
};

function rate(tx: UserTransaction, satisfied: boolean) {
  const { message, state } = tx;
  if (message === undefined) throw unknownMessage();
  if (message.role !== 'assistant') {
    throw new HttpError(400, 'Only replies of the assistant can be rated.');
  }
  tx.rateMessage(message.seq, satisfied);
  tx.saveState({ ...state, ...countRating(state, message.satisfied, satisfied) });
  return { message, readSeq: state.readSeq };
}
