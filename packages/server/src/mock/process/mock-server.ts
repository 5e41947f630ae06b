import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { basePath, socketPath } from '@chat/contract';
import type { WebSocketServer } from 'ws';
import { upgradeRequired } from '../../domain/errors.js';
import { bodyMaxBytes } from '../../domain/http/body-size.js';
import { isOriginAllowed } from '../../domain/sockets/origin.js';
import { handleMockRequest } from '../backend/handle-request.js';
import type { MockSetup } from '../backend/mock-backend.js';
import type { ControlledMock } from '../backend/mock-controls.js';
import { openMockSocket } from '../backend/open-mock-socket.js';
import { assertControlAccess, isLocalPage } from '../control/control-access.js';
import {
  controlPath,
  namespaceHeader,
  namespacesPath,
  recordingPath,
} from '../control/control-calls.js';
import { ControlError } from '../control/control-error.js';
import { controlErrorResponse, handleControlCall } from '../control/handle-control-call.js';
import {
  headersOf,
  originOf,
  receiveBody,
  rejectUpgrade,
  respondToPreflight,
  sendBody,
  sendJson,
  setCorsHeaders,
  splitTarget,
} from './http.js';
import { type ListenAddress, listen } from './listen.js';
import { Namespaces } from './namespaces.js';
import { createWsTransport } from './ws-transport.js';

export interface MockServerOptions extends MockSetup {
  /** Whether control calls are accepted. */
  readonly control: boolean;
  /** Whether they are accepted from other machines too. */
  readonly controlRemote: boolean;
}

/** A request, with the mock that it is for. */
interface Target {
  readonly mock: ControlledMock;
  /** Without the namespace and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

const controlBodyMaxBytes = 1_048_576;
/** Larger frames are rejected before the domain sees them. */
const frameMaxBytes = 16_777_216;
/** How long a stopping mock waits for requests in progress. */
const closeTimeoutMs = 2_000;
const notFound = new ControlError(404, 'This path does not exist.');

/** The mock as a server: HTTP, WebSockets and control calls on one port. */
export class MockServer {
  readonly #options: MockServerOptions;
  readonly #namespaces: Namespaces;
  readonly #server: Server;
  #upgrades: Promise<WebSocketServer> | undefined;

  constructor(options: MockServerOptions) {
    this.#options = options;
    const { control: _control, controlRemote: _remote, ...setup } = options;
    this.#namespaces = new Namespaces(setup);
    this.#server = createServer((request, response) => {
      this.#respond(request, response).catch((error: unknown) => {
        console.error('[chat mock] A request failed.', error);
        response.destroy();
      });
    });
    this.#server.on('upgrade', (request, connection, head) => {
      this.#upgrade(request, connection, head).catch((error: unknown) => {
        console.error('[chat mock] A WebSocket failed.', error);
        connection.destroy();
      });
    });
  }

  /** The mock for requests without a namespace. */
  get mock(): ControlledMock {
    return this.#namespaces.main;
  }

  /** Returns the URL. */
  async listen(options: ListenAddress): Promise<string> {
    return listen(this.#server, options);
  }

  /** Closes all sockets with 1012 and stops listening. */
  async close(): Promise<void> {
    this.#namespaces.closeSockets();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => this.#server.closeAllConnections(), closeTimeoutMs);
    await closed;
    clearTimeout(deadline);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let target: Target;
    try {
      target = this.#targetOf(request);
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      sendJson(response, controlErrorResponse(error));
      return;
    }
    const { path } = target;
    if (path === controlPath || path.startsWith(`${controlPath}/`)) {
      await this.#respondToControl(target, request, response);
    } else if (path === basePath || path.startsWith(`${basePath}/`)) {
      await this.#respondToChat(target, request, response);
    } else if (path === '/healthz') {
      sendJson(response, { status: 200, json: { status: 'ok' } });
    } else if (path === socketPath && request.method === 'GET') {
      const { status, message } = upgradeRequired;
      sendJson(response, { status, json: { detail: message } });
    } else {
      sendJson(response, controlErrorResponse(notFound));
    }
  }

  async #respondToChat(
    { mock, path }: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { host, origin } = request.headers;
    const isAllowed =
      isLocalPage(origin, host) || isOriginAllowed(origin, host, this.#options.allowedOrigins);
    setCorsHeaders(response, isAllowed ? origin : undefined);
    if (respondToPreflight(request, response)) return;
    const abort = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) abort.abort();
    });
    // The same backend for the whole request, even if the mock is reset in between.
    const backend = mock.currentBackend();
    const bytes = await receiveBody(request, bodyMaxBytes(backend.limits));
    const received = {
      method: request.method ?? 'GET',
      url: `${originOf(request)}${request.url}`,
      headers: headersOf(request),
      bytes,
      signal: abort.signal,
      ip: request.socket.remoteAddress ?? '',
    };
    const result = await handleMockRequest(backend, received, path.slice(basePath.length));
    if (result === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(result.status, { ...result.headers });
    await sendBody(response, result.body);
  }

  async #respondToControl(
    { mock, path, query }: Target,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { host, origin } = request.headers;
    const { replay } = this.#options;
    const isRecording = path === recordingPath && replay !== undefined;
    try {
      if (!this.#options.control && !isRecording) {
        throw new ControlError(404, 'This mock accepts no control calls: start it with --control.');
      }
      const address = request.socket.remoteAddress ?? '';
      assertControlAccess({ address, host, origin }, this.#options.controlRemote);
    } catch (error) {
      sendJson(response, controlErrorResponse(error as ControlError));
      return;
    }
    setCorsHeaders(response, isLocalPage(origin, host) ? origin : undefined);
    if (respondToPreflight(request, response)) return;
    if (isRecording) {
      // For a recorder: it uses the delays of the recording instead of measured ones.
      sendJson(response, { status: 200, json: replay });
      return;
    }
    const bytes = await receiveBody(request, controlBodyMaxBytes);
    if (bytes.length > controlBodyMaxBytes) {
      sendJson(response, { status: 413, json: { detail: 'The body is too large.' } });
      return;
    }
    const context = { mock, namespaces: this.#namespaces, origin: originOf(request) };
    const result = await handleControlCall(context, {
      method: request.method ?? 'GET',
      path: path.slice(controlPath.length),
      query,
      body: new TextDecoder().decode(bytes),
    });
    sendJson(response, result);
  }

  async #upgrade(request: IncomingMessage, connection: Duplex, head: Buffer): Promise<void> {
    connection.on('error', () => connection.destroy());
    let target: Target;
    try {
      target = this.#targetOf(request);
      if (target.path !== socketPath) throw notFound;
    } catch (error) {
      rejectUpgrade(connection, controlErrorResponse(error as ControlError));
      return;
    }
    this.#upgrades ??= createUpgrades();
    const upgrades = await this.#upgrades;
    const { mock, query } = target;
    upgrades.handleUpgrade(request, connection, head, (socket) => {
      const backend = mock.currentBackend();
      const { host } = request.headers;
      const isLocal = isLocalPage(request.headers.origin, host);
      const origin = isLocal ? undefined : request.headers.origin;
      const transport = createWsTransport(socket, backend.isRealTime);
      const peer = openMockSocket(backend, transport, { query, origin, host }, Promise.resolve());
      socket.on('message', (data, isBinary) => {
        const bytes = data as Buffer;
        peer.received(isBinary ? bytes : bytes.toString('utf8'));
      });
      socket.on('pong', () => peer.receivedPong());
      socket.on('close', () => peer.markClosed());
      // `ws` itself closes the socket.
      socket.on('error', () => {});
    });
  }

  /** @throws {ControlError} 404 for an unknown namespace */
  #targetOf(request: IncomingMessage): Target {
    const { path, query } = splitTarget(request);
    if (path.startsWith(`${namespacesPath}/`)) {
      const [, , name = '', ...rest] = path.split('/');
      return { mock: this.#namespaces.get(name), path: `/${rest.join('/')}`, query };
    }
    const name = request.headers[namespaceHeader.toLowerCase()];
    const mock = typeof name === 'string' ? this.#namespaces.get(name) : this.#namespaces.main;
    return { mock, path, query };
  }
}

/** Loaded for the first socket: a mock that starts faster makes tests faster. */
async function createUpgrades(): Promise<WebSocketServer> {
  const { WebSocketServer } = await import('ws');
  return new WebSocketServer({
    noServer: true,
    maxPayload: frameMaxBytes,
    perMessageDeflate: false,
  });
}
