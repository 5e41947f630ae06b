import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { bodyTooLarge, Problem } from '../chat/problem.js';

/**
 * Leaves the bodies of this scope to its handlers, unread: whoever may not call is refused before (but for a
 * `Content-Type` that is none, which Fastify refuses first). What comes is read strictly then: Fastify's own
 * parser turns invalid UTF-8 into U+FFFD and answers 200.
 */
export function leaveBodiesUnread(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(['application/json', '*'], (_request, body, done) => done(null, body));
}

/** @throws {@link Problem} 413 for more than `maxBytes`, 400 for a body that breaks off. */
export function readBody(
  body: Readable,
  announcedBytes: number,
  maxBytes: number,
): Promise<Buffer> {
  if (announcedBytes > maxBytes) return Promise.reject(bodyTooLarge);
  return new Promise((resolve, reject) => {
    const breakOff = (): void => reject(new Problem(400, 'The body did not come whole.'));
    if (body.destroyed) breakOff();
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else reject(bodyTooLarge);
    };
    body.on('data', take).once('error', breakOff).once('close', breakOff);
    body.once('end', () => resolve(Buffer.concat(chunks, length)));
  });
}
