import type { FastifyInstance, FastifyRequest } from 'fastify';
import { readJsonBody } from '../chat/json-body.js';
import type { Problem } from '../chat/problem.js';

/**
 * Reads bodies of this scope as JSON, strictly: Fastify's own parser turns invalid UTF-8 into U+FFFD
 * and answers 200.
 */
export function readJsonBodies(scope: FastifyInstance, bodyLimit: number): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    ['application/json', '*'],
    { parseAs: 'buffer', bodyLimit },
    ({ headers }: FastifyRequest, bytes: Buffer, done) => {
      try {
        const type = headers['content-type'];
        done(null, readJsonBody(bytes, { type, encoding: headers['content-encoding'] }));
      } catch (error) {
        done(error as Problem, undefined);
      }
    },
  );
}
