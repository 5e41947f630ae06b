import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import type { Socket } from 'node:net';

const accepted = 'net.server.socket';

export interface Lines {
  /**
   * Cuts the lines on which nothing ever came, such as those that browsers open on suspicion and clients
   * leave behind when they give a request up. Node takes them for busy, since the head of a request may
   * be on its way, and a closing server would wait for them.
   */
  cutSilent(): void;
  /** Cuts all lines that carry requests. */
  cutAll(): void;
  /** Whether there are servers beside the main one, whose closing nobody waits for. */
  haveOthers(): boolean;
}

/**
 * Keeps count of the lines of a server, and of those beside it: on "localhost" Fastify listens to each of
 * its addresses with a server of its own, which it shows to nobody.
 */
export function trackLines(main: Server): Lines {
  const servers = new Set([main]);
  const lines = new Set<Socket>();
  const add = (line: Socket): void => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  };
  const hear = (message: unknown): void => {
    const { socket } = message as { socket: Socket & { readonly server: unknown } };
    if (socket.server === main || !isBeside(main, socket.server)) return;
    servers.add(socket.server);
    add(socket);
  };
  main.on('connection', add);
  main.on('listening', () => subscribe(accepted, hear));
  main.on('close', () => unsubscribe(accepted, hear));
  return {
    cutSilent() {
      for (const line of lines) if (line.bytesRead === 0) line.destroy();
    },
    cutAll() {
      // Not there on a host that speaks HTTP/2.
      for (const server of servers) server.closeAllConnections?.();
    },
    haveOthers: () => servers.size > 1,
  };
}

/** Servers of one application hand their requests to one function. */
function isBeside(main: Server, other: unknown): other is Server {
  if (!(other instanceof Server)) return false;
  const handlers = main.listeners('request');
  return other.listeners('request').some((handler) => handlers.includes(handler));
}
