import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';
import { WebSocket, WebSocketServer } from 'ws';
import type {
  Frame,
  ProxiedRequest,
  ProxiedResponse,
  ProxiedSocket,
  ProxyHooks,
} from './faults/fault.js';

/** Starts a proxy between a check and a conforming backend, which breaks one rule. */
export async function createFaultProxy(
  target: string,
  hooks: ProxyHooks,
): Promise<{ url: string; close(): Promise<void> }> {
  const upstream = (request: Partial<ProxiedRequest> & { path: string }) =>
    forward(target, request);
  // On a busy machine, the end of an idle connection could meet the next request on it, which would fail.
  const server = createServer(
    { keepAliveTimeout: 0 },
    requestListener(async (incoming, outgoing) => {
      const response = await respond(await readRequest(incoming));
      outgoing.writeHead(response.status, {
        ...response.headers,
        'content-length': Buffer.byteLength(response.body),
      });
      outgoing.end(response.body);
    }),
  );

  async function respond(request: ProxiedRequest): Promise<ProxiedResponse> {
    const changed = (await hooks.request?.(request, upstream)) ?? request;
    const response = 'response' in changed ? changed.response : await upstream(changed);
    return hooks.response?.(response, request) ?? response;
  }

  const webSocketServer = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  let sockets = 0;
  server.on('upgrade', (incoming, rawSocket, head) => {
    webSocketServer.handleUpgrade(incoming, rawSocket, head, (client) => {
      const query = new URL(incoming.url ?? '/', 'http://host').searchParams;
      const handshake = { query, origin: incoming.headers.origin };
      hooks.upgrade?.(handshake);
      pipeSockets(client, openUpstream(target, incoming, handshake), hooks, sockets++);
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const client of webSocketServer.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openUpstream(
  target: string,
  incoming: IncomingMessage,
  handshake: { query: URLSearchParams; origin: string | undefined },
): WebSocket {
  const path = (incoming.url ?? '/').split('?')[0];
  const sameOrigin = handshake.origin?.endsWith(incoming.headers.host ?? '-');
  const origin = sameOrigin ? target : handshake.origin;
  return new WebSocket(`${target.replace('http', 'ws')}${path}?${handshake.query}`, {
    ...(origin === undefined ? {} : { origin }),
    perMessageDeflate: false,
  });
}

function pipeSockets(
  client: WebSocket,
  backend: WebSocket,
  hooks: ProxyHooks,
  index: number,
): void {
  const socket: ProxiedSocket = {
    index,
    toClient: (frame) => client.send(JSON.stringify(frame)),
    closeClient: (code) => client.close(code),
  };
  const pendingFrames: (string | Buffer)[] = [];
  const toBackend = (data: string | Buffer) => {
    if (backend.readyState === WebSocket.CONNECTING) pendingFrames.push(data);
    else if (backend.readyState === WebSocket.OPEN) backend.send(data);
  };
  backend.on('open', () => {
    for (const data of pendingFrames.splice(0)) backend.send(data);
  });
  backend.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    const changed = hooks.frameOut === undefined ? frame : hooks.frameOut(frame, socket);
    if (changed !== undefined && client.readyState === WebSocket.OPEN) {
      client.send(JSON.stringify(changed));
    }
  });
  backend.on('close', (code, reason) => {
    const changed = hooks.close === undefined ? code : hooks.close(code);
    if (changed === undefined) return;
    if (changed === 1006 || changed === 1005) client.terminate();
    else client.close(changed, reason.toString());
  });
  client.on('message', (data, isBinary) => {
    const given = isBinary ? (data as Buffer) : String(data);
    const changed = hooks.frameIn === undefined ? given : hooks.frameIn(given, socket);
    if (changed !== undefined) toBackend(changed);
  });
  client.on('close', () => {
    if (!hooks.hidesClientClose) backend.close();
  });
  for (const rawSocket of [client, backend]) rawSocket.on('error', () => {});
}

async function readRequest(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://host');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.search,
    headers: incoming.headers,
    body: await buffer(incoming),
  };
}

function forward(
  target: string,
  request: Partial<ProxiedRequest> & { path: string },
): Promise<ProxiedResponse> {
  const {
    'content-length': _l,
    'transfer-encoding': _t,
    connection: _c,
    ...headers
  } = request.headers ?? {};
  const body = request.body ?? Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      `${target}${request.path}${request.query ?? ''}`,
      {
        method: request.method ?? 'GET',
        headers: { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) },
      },
      (incoming) => {
        const {
          'content-length': _,
          'transfer-encoding': __,
          connection: ___,
          ...rest
        } = incoming.headers;
        const flat = Object.fromEntries(
          Object.entries(rest).map(([name, value]) => [name, String(value)]),
        );
        const { statusCode: status = 500 } = incoming;
        text(incoming).then((body) => resolve({ status, headers: flat, body }), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
