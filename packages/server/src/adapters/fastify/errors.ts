import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorResponse } from '../../domain/dispatch.js';
import { bodyTooLarge, HttpError, invalidPath, notFound } from '../../domain/errors.js';
import { drainRequestBody } from './limits/drain-request-body.js';

/** The error response for each of Fastify's errors that a client can cause. */
const errorsByCode: { readonly [code: string]: HttpError } = {
  // Only for routes of the host: ours read their bodies themselves.
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new HttpError(
    400,
    'The body does not have the length of its Content-Length.',
  ),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new HttpError(
    415,
    'The body must be sent as Content-Type: application/json.',
  ),
  FST_ERR_BAD_URL: invalidPath,
  FST_ERR_MAX_PARAM_LENGTH: new HttpError(404, 'This path does not exist.'),
};

/** Responds to an error with one sentence, without internal details. */
export function sendError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const httpError = toHttpError(error);
  if (httpError.status === 500) request.log.error({ err: error }, 'A request failed.');
  if (httpError === bodyTooLarge) {
    reply.removeHeader('connection');
    drainRequestBody(request.raw);
  }
  return send(httpError, reply);
}

/** Responds to an unknown path, or an unknown method of a path. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply) {
  return send(notFound(request.method), reply);
}

function send(httpError: HttpError, reply: FastifyReply) {
  const { status, headers, json } = errorResponse(httpError);
  return reply.code(status).headers(headers).type('application/json; charset=utf-8').send(json);
}

function toHttpError(error: FastifyError): HttpError {
  if (error instanceof HttpError) return error;
  const known = errorsByCode[error.code];
  if (known !== undefined) return known;
  // Also when a client disconnects during its body: that response is never read.
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new HttpError(400, 'The request is invalid.');
  }
  return new HttpError(500, 'Something went wrong on our side.');
}
