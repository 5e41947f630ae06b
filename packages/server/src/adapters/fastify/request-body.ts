import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { bodyTooLarge, HttpError } from '../../domain/errors.js';

/**
 * Disables body parsing in this scope, so that an unauthorized request is rejected before its body is read (except one
 * with an invalid `Content-Type`, which Fastify rejects first). Fastify's own parser would also replace invalid UTF-8 by
 * U+FFFD instead of rejecting it.
 */
export function disableBodyParsing(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(['application/json', '*'], (_request, body, done) => done(null, body));
}

/** More are merged. */
const maxChunks = 100;

/** @throws {HttpError} 413 for more than `maxBytes`, 400 for an incomplete body */
export function readRequestBody(
  body: Readable,
  announcedBytes: number,
  maxBytes: number,
): Promise<Buffer> {
  if (announcedBytes > maxBytes) return Promise.reject(bodyTooLarge);
  return new Promise((resolve, reject) => {
    const onAborted = (): void => reject(new HttpError(400, 'The body is incomplete.'));
    if (body.destroyed) onAborted();
    let chunks: Buffer[] = [];
    const blocks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > maxBytes) {
        reject(bodyTooLarge);
        return;
      }
      chunks.push(chunk);
      // Small chunks need far more memory than their bytes.
      if (chunks.length < maxChunks) return;
      blocks.push(Buffer.concat(chunks));
      chunks = [];
    };
    body.on('data', onData).once('error', onAborted).once('close', onAborted);
    body.once('end', () => {
      // A complete body is closed too, and creating an error for it is not free.
      body.off('close', onAborted);
      resolve(Buffer.concat([...blocks, ...chunks], length));
    });
  });
}
