import { contentProblem, defaults, headers, SendMessageRequest } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import { keyProblem } from '../keys.js';
import { Problem } from '../problem.js';
import type { TurnResult } from '../turns.js';
import { deliver } from './deliver.js';
import { type Handler, type House, readBody } from './handler.js';

const minimalPreference = 'return=minimal';

export const sendMessage: Handler<'sendMessage'> = (house, request) => {
  const { message } = readBody(SendMessageRequest, request.body);
  const problem = contentProblem(message, house.limits.contentMaxLength);
  if (problem !== undefined) throw new Problem(400, `Field "message" ${problem}`);
  const key = readKey(request);
  const minimal = prefersMinimal(request);
  const { signal } = request;

  return async ({ userId }) => {
    const turn = await house.engine.send({ userId, content: message, key, signal });
    const records = minimal ? [turn.userMessage, turn.reply] : await wholeSession(house, turn);
    const messages = await deliver(house, request, records, turn.readSeq);
    return {
      body: { response: turn.reply.content, messages },
      headers: {
        ...(turn.replayed && { [headers.idempotencyReplayed]: 'true' }),
        ...(minimal && { [headers.preferenceApplied]: minimalPreference }),
      },
    };
  };
};

/** As it was when the reply was given, also when that is being given again. */
function wholeSession({ store }: House, { reply }: TurnResult) {
  const { userId, sessionId, sessionSeq } = reply;
  return store.sessionMessages(userId, sessionId, { from: 1, to: sessionSeq });
}

function readKey(request: ChatRequest): string | undefined {
  const key = request.header(headers.idempotencyKey.toLowerCase());
  if (key === undefined) return undefined;
  const problem = keyProblem(key, defaults.idempotencyKeyMaxLength);
  if (problem === undefined) return key;
  throw new Problem(400, `Header "${headers.idempotencyKey}" ${problem}`);
}

/**
 * `Prefer` is a list of preferences, each with optional parameters; of two of one name the first counts
 * (RFC 7240, 2).
 */
function prefersMinimal(request: ChatRequest): boolean {
  const given = request.header(headers.prefer.toLowerCase());
  if (given === undefined) return false;
  const words = given.split(',').map((preference) => preference.split(';')[0] ?? '');
  const wanted = words.find((word) => /^\s*return\s*(?:=|$)/i.test(word)) ?? '';
  return /=\s*"?minimal"?\s*$/i.test(wanted);
}
