import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { FaultyAnswer, FaultyCall, FaultySocket, Frame, Hooks } from './faults/fault.js';

/** Stands between a check and a sound backend and breaks one rule. */
export async function createFaultProxy(
  target: string,
  hooks: Hooks,
): Promise<{ url: string; close(): Promise<void> }> {
  const upstream = (call: Partial<FaultyCall> & { path: string }) => forward(target, call);
  const server = createServer(async (incoming, outgoing) => {
    const answer = await answerFor(await readCall(incoming));
    outgoing.writeHead(answer.status, {
      ...answer.headers,
      'content-length': Buffer.byteLength(answer.body),
    });
    outgoing.end(answer.body);
  });

  async function answerFor(call: FaultyCall): Promise<FaultyAnswer> {
    const changed = (await hooks.call?.(call, upstream)) ?? call;
    const answer = 'answer' in changed ? changed.answer : await upstream(changed);
    return hooks.answer?.(answer, call) ?? answer;
  }

  const doors = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024 });
  let sockets = 0;
  server.on('upgrade', (incoming, line, head) => {
    doors.handleUpgrade(incoming, line, head, (client) => {
      const query = new URL(incoming.url ?? '/', 'http://host').searchParams;
      const dialled = { query, origin: incoming.headers.origin };
      hooks.dial?.(dialled);
      join(client, openUpstream(target, incoming, dialled), hooks, sockets++);
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const client of doors.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openUpstream(
  target: string,
  incoming: IncomingMessage,
  dialled: { query: URLSearchParams; origin: string | undefined },
): WebSocket {
  const path = (incoming.url ?? '/').split('?')[0];
  const own = dialled.origin?.endsWith(incoming.headers.host ?? '-');
  const origin = own ? target : dialled.origin;
  return new WebSocket(`${target.replace('http', 'ws')}${path}?${dialled.query}`, {
    ...(origin === undefined ? {} : { origin }),
    perMessageDeflate: false,
  });
}

function join(client: WebSocket, backend: WebSocket, hooks: Hooks, index: number): void {
  const socket: FaultySocket = {
    index,
    toClient: (frame) => client.send(JSON.stringify(frame)),
    closeClient: (code) => client.close(code),
  };
  const waiting: (string | Buffer)[] = [];
  const toBackend = (data: string | Buffer) => {
    if (backend.readyState === WebSocket.CONNECTING) waiting.push(data);
    else if (backend.readyState === WebSocket.OPEN) backend.send(data);
  };
  backend.on('open', () => {
    for (const data of waiting.splice(0)) backend.send(data);
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
  for (const line of [client, backend]) line.on('error', () => {});
}

async function readCall(incoming: IncomingMessage): Promise<FaultyCall> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  const url = new URL(incoming.url ?? '/', 'http://host');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.search,
    headers: incoming.headers,
    body: Buffer.concat(pieces),
  };
}

function forward(
  target: string,
  call: Partial<FaultyCall> & { path: string },
): Promise<FaultyAnswer> {
  const {
    'content-length': _l,
    'transfer-encoding': _t,
    connection: _c,
    ...headers
  } = call.headers ?? {};
  const body = call.body ?? Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${target}${call.path}${call.query ?? ''}`,
      {
        method: call.method ?? 'GET',
        headers: { ...headers, ...(body.length > 0 ? { 'content-length': body.length } : {}) },
      },
      async (incoming) => {
        let text = '';
        for await (const piece of incoming.setEncoding('utf8')) text += piece;
        const {
          'content-length': _,
          'transfer-encoding': __,
          connection: ___,
          ...rest
        } = incoming.headers;
        const flat = Object.fromEntries(
          Object.entries(rest).map(([name, value]) => [name, String(value)]),
        );
        resolve({ status: incoming.statusCode ?? 500, headers: flat, body: text });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
