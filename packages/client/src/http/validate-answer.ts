import { explainMisfit, type RouteName, responseChecks } from '@chat/contract';
import { ResponseValidationError } from '../errors/response-validation-error.js';
import type { Answer } from './exchange.js';

/** The body of a success, checked against the contract unless the application chose otherwise. */
export function readAnswer(
  answer: Answer,
  name: RouteName,
  call: string,
  validate: boolean,
): unknown {
  const { text, requestId, detour } = answer;
  const misfit = (path: string, issue: string) =>
    new ResponseValidationError(call + detour, path, issue, requestId);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw misfit('', 'The answer must be JSON.');
  }
  if (!validate) return body;
  return responseChecks[name](body, (path, value, expected) =>
    misfit(path, explainMisfit('The answer', path, value, expected)),
  );
}
