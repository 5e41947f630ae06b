import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeCodes, socketPath } from '@chat/contract';
import websocket, { type WebSocket } from '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { announcement } from '../chat/announcement.js';
import type { SocketRequest } from '../chat/api.js';
import type { Identifiers } from '../chat/ports.js';
import { Problem } from '../chat/problem.js';
import { frameMaxBytes } from '../chat/socket/frame-size.js';
import type { Door } from './door.js';
import { loggedPath } from './log.js';
import { refuseConnection } from './refuse-connection.js';
import { WebSocketPeer } from './socket-peer.js';

/** How long a peer may take to answer a close frame, in milliseconds; the default is half a minute. */
const closeTimeoutMs = 5_000;
const fragmentsMax = 1_024;

/** The WebSocket of the contract. Returns how to cut all of its lines. */
export async function socketDoor(
  scope: FastifyInstance,
  door: Door,
  identifiers: Identifiers,
): Promise<() => void> {
  const sockets = new Set<WebSocket>();
  const path = `${scope.prefix.replace(/\/$/, '')}${socketPath}`;
  // An application that has the plugin already dispatches its upgrades itself; twice would be once too often.
  const isHosts = scope.hasDecorator('websocketServer');
  if (isHosts) shareUpgrades(scope.server, path);
  else {
    // Named first: the types of `ws` lack the two newest options, and a literal would be checked for them.
    const options = {
      server: upgradesOf(scope.server, path, identifiers),
      maxPayload: frameMaxBytes(door.limits),
      maxFragments: fragmentsMax,
      perMessageDeflate: false,
      closeTimeout: closeTimeoutMs,
    };
    await scope.register(websocket, {
      options,
      // The sockets are closed by the drain, with a code that tells clients to come back.
      preClose: async () => {},
    });
    scope.websocketServer.on('wsClientError', (_error: Error, line: Duplex) => {
      refuseConnection(line, 400, 'The WebSocket handshake is not valid.', identifiers);
    });
  }
  // A handshake is answered by `ws`, which knows nothing of the headers that are on every answer.
  const ids = new WeakMap<IncomingMessage, string>();
  scope.websocketServer.on('headers', (lines: string[], request: IncomingMessage) => {
    const id = ids.get(request);
    if (id === undefined) return;
    for (const [name, value] of Object.entries(announcement(id))) lines.push(`${name}: ${value}`);
  });
  scope.route({
    method: 'GET',
    url: socketPath,
    exposeHeadRoute: false,
    // The last hook before the handler: from there on nobody answers over HTTP.
    preHandler: async (request, reply) => {
      ids.set(request.raw, request.id);
      letGoOfReply(request, reply);
    },
    handler: async () => {
      throw new Problem(400, 'This path takes WebSockets only: ask for an upgrade.');
    },
    wsHandler: (socket, request) => {
      // A host's plugin would close all it knows, before the drain closes ours with a code that tells to come back.
      if (isHosts) scope.websocketServer.clients.delete(socket);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      takeOver(door, socket, request);
    },
  });
  return () => {
    for (const socket of sockets) socket.terminate();
  };
}

/** Where the upgrades of each server go, by path. */
const pathsOf = new WeakMap<Server, Map<string, Server>>();

/**
 * The server's upgrades to our path alone; without the filter a plugin would answer for all paths. One
 * listener serves all chats of an application: each with its own would take a path that is nobody's for another's.
 */
function upgradesOf(server: Server, path: string, identifiers: Identifiers): Server {
  const upgrades = createServer();
  const known = pathsOf.get(server);
  const paths = known ?? new Map<string, Server>();
  paths.set(path, upgrades);
  if (known !== undefined) return upgrades;
  pathsOf.set(server, paths);
  server.on('upgrade', (request: IncomingMessage, line: Duplex, head: Buffer) => {
    const wanted = paths.get(loggedPath(request.url));
    if (wanted !== undefined) {
      wanted.emit('upgrade', request, line, head);
    } else if (server.listenerCount('upgrade') === 1) {
      refuseConnection(line, 404, 'There is no WebSocket at this path.', identifiers);
    }
  });
  return upgrades;
}

/** The plugin that is there may be that of another chat of ours, which lets no path through but its own. */
function shareUpgrades(server: Server, path: string): void {
  const paths = pathsOf.get(server);
  const [upgrades] = paths?.values() ?? [];
  if (upgrades !== undefined) paths?.set(path, upgrades);
}

/**
 * Everything is attached before this returns: a frame may have come along with the handshake. Nothing
 * in here may hold on to the request, which would then stay in memory as long as its socket.
 */
function takeOver({ api, metrics }: Door, socket: WebSocket, request: FastifyRequest): void {
  const { log, ip } = request;
  metrics?.socketOpened();
  const session = api.open(
    new WebSocketPeer(socket, request.raw.socket, metrics),
    socketRequest(request),
  );
  // A throw in a listener would end the process; here it ends one socket.
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'A socket failed.');
      socket.terminate();
    }
  };
  // The plugin's listener holds the request and the reply.
  socket.removeAllListeners('error');
  socket.on('error', (error) => {
    // `ws` sends the close frame that fits the error by itself, such as 1009.
    log.debug({ err: error }, 'A socket broke the protocol or its line.');
    if (socket.readyState === socket.OPEN) socket.close(closeCodes.internalError);
  });
  socket.on('message', (data, isBinary) => {
    metrics?.frame('received');
    // `ws` gives a Buffer for as long as nobody asks it for another type.
    const bytes = data as Buffer;
    guarded(() => session.received(isBinary ? bytes : bytes.toString('utf8')));
  });
  socket.on('pong', () => guarded(() => session.ponged()));
  socket.on('close', (code: number) => {
    metrics?.socketClosed(code);
    log.info({ code, ip }, 'A socket ended.');
    guarded(() => session.closed());
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

/** An upgrade is answered by `ws`: the response that was made for it would stay as long as the line. */
function letGoOfReply(request: FastifyRequest, reply: FastifyReply): void {
  if (request.ws && reply.raw.socket !== null) reply.raw.detachSocket(reply.raw.socket);
}
