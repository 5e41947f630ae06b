import { contentProblem, FeedbackRequest } from '@chat/contract';
import { Problem } from '../problem.js';
import { countRating } from '../statistics.js';
import type { UserTransaction } from '../store.js';
import { deliver } from './deliver.js';
import { type Handler, readBody } from './handler.js';

const idMaxLength = 255;

export const feedback: Handler<'feedback'> = (house, request) => {
  const { messageId, satisfied } = readBody(FeedbackRequest, request.body);
  return async ({ userId }) => {
    // An id that no store can hold is nobody's.
    if (contentProblem(messageId, idMaxLength) !== undefined) throw unknownMessage();
    const { message, readSeq } = await house.store.transaction(
      userId,
      (tx) => rate(tx, satisfied),
      { message: messageId },
    );
    const [presented] = await deliver(house, request, [message], readSeq);
    return { body: { message: presented! } };
  };
};

function rate(tx: UserTransaction, satisfied: boolean) {
  const { message, state } = tx;
  if (message === undefined) throw unknownMessage();
  if (message.role !== 'assistant') {
    throw new Problem(400, 'Only replies of the assistant can be rated.');
  }
  tx.rateMessage(message.seq, satisfied);
  tx.saveState({ ...state, ...countRating(state, message.satisfied, satisfied) });
  return { message, readSeq: state.readSeq };
}

function unknownMessage(): Problem {
  return new Problem(404, 'You have no message with this messageId.');
}
