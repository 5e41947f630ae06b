import type { IncomingMessage } from 'node:http';

/** The limit for the rest of a rejected body. */
const maxDiscardedBytes = 16 * 1024 * 1024;
/** A smaller chunk counts as this many bytes, because it costs about as much. */
const minChunkBytes = 256;

/**
 * Reads and discards the rest of a rejected body. Closing the connection at once would reset it while the client still
 * writes, and the client would never see the response. A larger body is cut off; a slow one times out.
 */
export function drainRequestBody(request: IncomingMessage): void {
  let receivedBytes = 0;
  request.on('data', (chunk: Buffer) => {
    receivedBytes += Math.max(chunk.length, minChunkBytes);
    if (receivedBytes > maxDiscardedBytes) request.socket.destroy();
  });
  request.resume();
}
