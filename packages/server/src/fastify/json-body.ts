import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../chat/problem.js';
import { nestsDeeperThan } from './nesting.js';

const depthLimit = 32;

/**
 * Reads bodies of this scope as JSON, strictly: Fastify's own parser turns invalid UTF-8 into U+FFFD
 * and answers 200. An empty body is no body, whatever type it claims: that is how `POST /logout` comes.
 */
export function readJsonBodies(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    ['application/json', '*'],
    { parseAs: 'buffer', bodyLimit },
    (request: FastifyRequest, bytes: Buffer, done) => {
      try {
        done(null, bytes.length === 0 ? undefined : readBody(request, bytes));
      } catch (error) {
        done(error as Problem, undefined);
      }
    },
  );
}

function readBody(request: FastifyRequest, bytes: Buffer): unknown {
  requireJson(request.headers['content-type']);
  requirePlain(request.headers['content-encoding']);
  return parseJson(bytes);
}

function requireJson(contentType: string | undefined): void {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json') {
    throw new Problem(415, 'The body must be sent as Content-Type: application/json.');
  }
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim() === 'charset' && !/^"?utf-?8"?$/.test(value.trim())) {
      throw new Problem(415, 'The body must be encoded in UTF-8.');
    }
  }
}

function requirePlain(encoding: string | undefined): void {
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity') {
    throw new Problem(415, 'The body must not be compressed.');
  }
}

function parseJson(bytes: Buffer): unknown {
  const text = decode(bytes);
  if (nestsDeeperThan(text, depthLimit)) {
    throw new Problem(400, `The body must not nest deeper than ${depthLimit} levels.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, which may be a password.
    throw new Problem(400, 'The body is not valid JSON.');
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Problem(400, 'The body is not valid UTF-8.');
  }
}
