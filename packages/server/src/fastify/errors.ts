import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../chat/problem.js';
import { discardRest } from './discard-rest.js';

/** What is wrong, for each of Fastify's own errors that a caller can bring about. */
const sentences: { readonly [code: string]: Problem } = {
  FST_ERR_CTP_BODY_TOO_LARGE: new Problem(413, 'The body is too large.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new Problem(
    415,
    'The body must be sent as Content-Type: application/json.',
  ),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new Problem(
    400,
    'The body is not as long as its Content-Length says.',
  ),
  FST_ERR_BAD_URL: new Problem(400, 'The path is not properly percent-encoded.'),
  FST_ERR_MAX_PARAM_LENGTH: new Problem(404, 'There is nothing at this path.'),
};

/** Answers whatever was thrown on the way to a handler: one sentence, and nothing of the inside. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  if (problem.status === 413) discardRest(request.raw, reply);
  if (problem.status === 500) request.log.error({ err: error }, 'A request failed.');
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ detail: problem.message }));
}

/** Answers a path, or a method of a path, that does not exist. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply) {
  return reply
    .code(404)
    .type('application/json; charset=utf-8')
    .send(JSON.stringify({ detail: notFound(request).message }));
}

export function notFound(request: FastifyRequest): Problem {
  return new Problem(404, `There is nothing at this path for ${request.method}.`);
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
