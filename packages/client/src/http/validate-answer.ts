import { explainIssues, headers as headerNames, type Route } from '@chat/contract';
import type { $ZodIssue } from 'zod/v4/core';
import { ResponseValidationError } from '../errors/response-validation-error.js';
import type { Answer } from './exchange.js';

/** The body of a success, checked against the contract unless the application chose otherwise. */
export function readAnswer(answer: Answer, route: Route, call: string, validate: boolean): unknown {
  const misfit = (path: string, issue: string) => {
    const requestId = answer.headers.get(headerNames.requestId) ?? undefined;
    return new ResponseValidationError(call, path, issue, requestId);
  };
  let body: unknown;
  try {
    body = JSON.parse(answer.text);
  } catch {
    throw misfit('', 'The answer must be JSON.');
  }
  if (!validate) return body;
  // What Standard Schema asks of every schema; zod's own `safeParse` would load its errors as well.
  const { issues, value } = route.response['~standard'].validate(body) as Checked;
  if (issues === undefined) return value;
  const path = issues[0]?.path.join('.') ?? '';
  throw misfit(path, explainIssues(issues, body, 'The answer'));
}

/** No schema of an answer is asynchronous, and zod tells of its issues all that it knows. */
interface Checked {
  readonly value?: unknown;
  readonly issues?: readonly $ZodIssue[];
}
