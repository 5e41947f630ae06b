import type { IncomingMessage } from 'node:http';

/** What we still read of a refused body. */
const patienceBytes = 16 * 1024 * 1024;

/**
 * Reads on and throws away what follows of a body that was refused. Closing at once would reset the line
 * while the caller still writes, and the caller would see a broken line instead of the answer. Who sends
 * more than a little is cut off all the same; who sends slowly is timed out.
 */
export function discardRest(request: IncomingMessage): void {
  let read = 0;
  request.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > patienceBytes) request.socket.destroy();
  });
  request.resume();
}
