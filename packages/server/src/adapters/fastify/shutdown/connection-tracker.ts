import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:http';
import type { Socket } from 'node:net';

const acceptedChannel = 'net.server.socket';

export interface ConnectionTracker {
  /**
   * Closes connections without any received byte, such as those that browsers open in advance. Node treats them as busy,
   * because a request may be arriving, and a closing server would wait for them.
   */
  closeUnused(): void;
  /** Closes all connections with requests. */
  closeAll(): void;
  /** Whether there are servers besides the main one, for which Fastify does not wait. */
  hasSecondaryServers(): boolean;
}

/**
 * Tracks the connections of a server and of its secondary servers: for "localhost" Fastify creates one server per address,
 * and exposes the main one only. `onConnection` is called with each new connection.
 */
export function trackConnections(
  main: Server,
  onConnection: (connection: Socket) => void,
): ConnectionTracker {
  const servers = new Set([main]);
  const connections = new Set<Socket>();
  const add = (connection: Socket): void => {
    connections.add(connection);
    onConnection(connection);
    connection.once('close', () => connections.delete(connection));
  };
  const onSocketAccepted = (message: unknown): void => {
    const { socket } = message as { socket: Socket & { readonly server: unknown } };
    if (socket.server === main || !sharesHandler(main, socket.server)) return;
    servers.add(socket.server);
    add(socket);
  };
  main.on('connection', add);
  // The HTTP connection of a server with TLS.
  main.on('secureConnection', onConnection);
  main.on('listening', () => subscribe(acceptedChannel, onSocketAccepted));
  main.on('close', () => unsubscribe(acceptedChannel, onSocketAccepted));
  return {
    closeUnused() {
      for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
    },
    closeAll() {
      // HTTP/2 servers do not have this method.
      for (const server of servers) server.closeAllConnections?.();
    },
    hasSecondaryServers: () => servers.size > 1,
  };
}

/** All servers of an application share one request handler. */
function sharesHandler(main: Server, other: unknown): other is Server {
  if (!(other instanceof Server)) return false;
  const handlers = main.listeners('request');
  return other.listeners('request').some((handler) => handlers.includes(handler));
}
