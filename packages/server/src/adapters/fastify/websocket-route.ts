import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes, socketPath } from '@chat/contract';
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SocketRequest } from '../../domain/api.js';
import { upgradeRequired } from '../../domain/errors.js';
import { commonHeaders } from '../../domain/http/common-headers.js';
import type { IdGenerator } from '../../domain/ports/index.js';
import { frameMaxBytes } from '../../domain/sockets/frame-size.js';
import { loggedPath } from '../../logging/log-serializers.js';
import type { AdapterContext } from './adapter-context.js';
import { isResponding, stopProcessingRequests } from './limits/pipelined-requests.js';
import { rejectRawConnection } from './limits/reject-raw-connection.js';
import { WebSocketPeer } from './websocket-peer.js';

/** Timeout for the peer's close frame, in milliseconds; the default of `ws` is 30 s. */
const closeTimeoutMs = 5_000;
const maxFragments = 1_024;

/** Registers the WebSocket route. Returns a function that terminates all sockets. */
export async function websocketRoute(
  scope: FastifyInstance,
  context: AdapterContext,
  idGenerator: IdGenerator,
): Promise<() => void> {
  const sockets = new Set<WebSocket>();
  const path = `${scope.prefix.replace(/\/$/, '')}${socketPath}`;
  guardUpgrades(scope.server, idGenerator);
  // A host that registered the plugin already dispatches upgrades.
  const usesHostPlugin = scope.hasDecorator('websocketServer');
  if (usesHostPlugin) shareUpgrades(scope.server, path);
  else {
    const upgrades = filterUpgrades(scope.server, path, idGenerator);
    // A variable and not a literal: the types of `ws` lack the two newest options.
    const options = {
      server: upgrades,
      // `ws` would have no limit for a larger number.
      maxPayload: Math.min(frameMaxBytes(context.limits), 2 ** 31 - 1),
      maxFragments: maxFragments,
      perMessageDeflate: false,
      closeTimeout: closeTimeoutMs,
    };
    await scope.register(websocket, {
      options,
      // The drain closes the sockets, with a code that makes clients reconnect.
      preClose: async () => {},
    });
    keepListener(upgrades);
    scope.websocketServer.on('wsClientError', (_error: Error, connection: Duplex) => {
      rejectRawConnection(connection, 400, 'The WebSocket handshake is not valid.', idGenerator);
    });
  }
  // `ws` sends the handshake response, without the headers that all our responses have.
  const ids = new WeakMap<IncomingMessage, string>();
  scope.websocketServer.on('headers', (lines: string[], request: IncomingMessage) => {
    const id = ids.get(request);
    if (id === undefined) return;
    for (const [name, value] of Object.entries(commonHeaders(id))) lines.push(`${name}: ${value}`);
  });
  scope.route({
    method: 'GET',
    url: socketPath,
    exposeHeadRoute: false,
    // The last hook before the handler: no HTTP response follows it.
    preHandler: async (request, reply) => {
      ids.set(request.raw, request.id);
      detachReply(request, reply);
    },
    handler: async () => {
      throw upgradeRequired;
    },
    wsHandler: (socket, request) => {
      // Otherwise the plugin of the host would close the socket before the drain closes it with the right code.
      if (usesHostPlugin) scope.websocketServer.clients.delete(socket);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      attachSession(context, socket, request);
    },
  });
  return () => {
    for (const socket of sockets) socket.terminate();
  };
}

/**
 * Keeps the plugin's listener while the application closes. The plugin removes it by reference; an upgrade that arrives later
 * would then get no response at all, instead of a close frame that says that the server is stopping.
 */
function keepListener(upgrades: Server): void {
  for (const listener of upgrades.listeners('upgrade')) {
    upgrades.off('upgrade', listener as () => void);
    upgrades.on('upgrade', (...parameters) => listener.apply(upgrades, parameters));
  }
}

/** The servers whose upgrades are guarded. */
const guardedServers = new WeakSet<Server>();
/** The listeners for `upgrade` of this module: the one that closes connections and the one that forwards. */
const ownListeners = 2;

/**
 * Handles the upgrades that the plugin would neither respond to nor close; with enough of them, the process has no file
 * descriptors left. One kind arrives while an earlier response is in progress, which no WebSocket client does. The other kind
 * arrives while an application that registered the plugin itself is closing, because the plugin has then removed its listener.
 */
function guardUpgrades(server: Server, idGenerator: IdGenerator): void {
  if (guardedServers.has(server)) return;
  guardedServers.add(server);
  // Before the listener of the plugin, which the host may have registered already.
  server.prependListener('upgrade', (_request: IncomingMessage, connection: Duplex) => {
    stopProcessingRequests(connection);
    if (isResponding(connection)) connection.destroy();
    else if (server.listenerCount('upgrade') === 1) {
      rejectRawConnection(connection, 503, 'The server is stopping; try again.', idGenerator);
    }
  });
}

/** The target of the upgrades of each server, by path. */
const upgradePaths = new WeakMap<Server, Map<string, Server>>();

/**
 * Forwards only upgrades of our path; otherwise the plugin would respond to all paths. All chats of an application share one
 * listener, which responds with 404 when no chat has the path.
 */
function filterUpgrades(server: Server, path: string, idGenerator: IdGenerator): Server {
  const upgrades = createServer();
  const existing = upgradePaths.get(server);
  const paths = existing ?? new Map<string, Server>();
  paths.set(path, upgrades);
  if (existing !== undefined) return upgrades;
  upgradePaths.set(server, paths);
  server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    if (connection.destroyed) return;
    const target = paths.get(loggedPath(request.url));
    if (target !== undefined) {
      target.emit('upgrade', request, connection, head);
    } else if (server.listenerCount('upgrade') === ownListeners) {
      rejectRawConnection(connection, 404, 'There is no WebSocket at this path.', idGenerator);
    }
  });
  return upgrades;
}

/** The registered plugin may belong to another chat, which filters upgrades by path. */
function shareUpgrades(server: Server, path: string): void {
  const paths = upgradePaths.get(server);
  const [upgrades] = paths?.values() ?? [];
  if (upgrades !== undefined) paths?.set(path, upgrades);
}

/**
 * Attaches all listeners synchronously: a frame can arrive together with the handshake. No closure may reference the
 * request, which would then stay in memory as long as the socket.
 */
function attachSession(
  { api, metrics }: AdapterContext,
  socket: WebSocket,
  request: FastifyRequest,
): void {
  const { log, ip } = request;
  metrics?.socketOpened();
  const session = api.open(
    new WebSocketPeer(socket, request.raw.socket, metrics),
    socketRequest(request),
  );
  // An exception in a listener would end the process; here it ends one socket.
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'A WebSocket failed.');
      socket.terminate();
    }
  };
  // The listener of the plugin references the request and the reply.
  socket.removeAllListeners('error');
  socket.on('error', (error) => {
    // `ws` itself sends the matching close frame, such as 1009.
    log.debug({ err: error }, 'A WebSocket violated the protocol or lost its connection.');
    if (socket.readyState === socket.OPEN) socket.close(closeCodes.internalError);
  });
  socket.on('message', (data, isBinary) => {
    metrics?.frame('received');
    // `ws` passes a Buffer unless another `binaryType` is set.
    const bytes = data as Buffer;
    guarded(() => session.onMessage(isBinary ? bytes : bytes.toString('utf8')));
  });
  socket.on('ping', () => guarded(() => session.onPing()));
  socket.on('pong', () => guarded(() => session.onPong()));
  socket.on('close', (code: number) => {
    metrics?.socketClosed(code);
    log.info({ code, ip }, 'A WebSocket closed.');
    guarded(() => session.onClose());
  });
}

function socketRequest({ query, headers, host }: FastifyRequest): SocketRequest {
  const { token, stream } = query as { readonly [name: string]: unknown };
  return {
    token: typeof token === 'string' ? token : undefined,
    origin: headers.origin,
    host,
    stream: stream === '1',
  };
}

/** `ws` responds to an upgrade; the unused response object would stay in memory as long as the connection. */
function detachReply(request: FastifyRequest, reply: FastifyReply): void {
  if (request.ws && reply.raw.socket !== null) reply.raw.detachSocket(reply.raw.socket);
}
