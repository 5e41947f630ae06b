import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { refusal } from '../chat/answer.js';
import { badPath, bodyTooLarge, nothingHere, Problem } from '../chat/problem.js';
import { discardRest } from './discard-rest.js';

/** What is wrong, for each of Fastify's own errors that a caller can bring about. */
const sentences: { readonly [code: string]: Problem } = {
  // Of the owner's own routes; ours read their bodies themselves.
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Problem(
    400,
    'The body is not as long as its Content-Length says.',
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem(
    415,
    'The body must be sent as Content-Type: application/json.',
  ),
  FST_ERR_BAD_URL: badPath,
  FST_ERR_MAX_PARAM_LENGTH: new Problem(404, 'There is nothing at this path.'),
};

/** Answers whatever was thrown on the way to a handler: one sentence, and nothing of the inside. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  if (problem.status === 500) request.log.error({ err: error }, 'A request failed.');
  if (problem === bodyTooLarge) {
    reply.removeHeader('connection');
    discardRest(request.raw);
  }
  return refuse(problem, reply);
}

/** Answers a path, or a method of a path, that does not exist. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply) {
  return refuse(nothingHere(request.method), reply);
}

function refuse(problem: Problem, reply: FastifyReply) {
  const { status, headers, json } = refusal(problem);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(json);
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  const known = sentences[error.code];
  if (known !== undefined) return known;
  // A caller who went away in the middle of a body arrives here too, as a 400 that nobody reads.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new Problem(400, 'The request could not be understood.');
  }
  return new Problem(500, 'Something went wrong on our side.');
}
