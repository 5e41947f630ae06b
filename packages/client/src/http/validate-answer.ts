import { explainIssues, type Route } from '@chat/contract';
import * as z from 'zod/mini';
import { ResponseValidationError } from '../errors/response-validation-error.js';

/** The body of a success, checked against the contract unless the application chose otherwise. */
export function readAnswer(
  route: Route,
  text: string,
  validate: boolean,
  requestId: string | undefined,
): unknown {
  const call = `${route.method} ${route.path}`;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ResponseValidationError(call, '', 'The answer must be JSON.', requestId);
  }
  if (!validate) return body;
  const result = z.safeParse(route.response, body);
  if (result.success) return result.data;
  const { issues } = result.error;
  const path = issues[0]?.path.join('.') ?? '';
  throw new ResponseValidationError(
    call,
    path,
    explainIssues(issues, body, 'The answer'),
    requestId,
  );
}
