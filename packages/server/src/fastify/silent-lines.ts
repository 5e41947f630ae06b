import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps count of the lines on which nothing ever came, such as those that browsers open on suspicion
 * and clients leave behind when they give a request up. Node takes them for busy, since the head of a
 * request may be on its way, and a closing server would wait for them. Returns how to cut them.
 */
export function trackSilentLines(server: Server): () => void {
  const lines = new Set<Socket>();
  server.on('connection', (line: Socket) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  });
  return () => {
    for (const line of lines) if (line.bytesRead === 0) line.destroy();
  };
}
