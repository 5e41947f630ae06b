import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';

export interface ReceivedRequest {
  readonly method: string;
  /** Without `/api/v1` and the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** The bearer token. */
  readonly token: string | undefined;
}

export interface ScriptedResponse {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON; a string is sent unchanged. */
  body?: unknown;
  /** Sent instead of `body`, chunk by chunk; an error cuts the connection. */
  chunks?: AsyncIterable<string>;
}

/** What the server does with a request: respond, close the connection after reading it, or never respond. */
export type Reaction = ScriptedResponse | 'cut' | 'hang';
export type Script = (request: ReceivedRequest) => Reaction | Promise<Reaction>;

/** A real HTTP server that responds as the test specifies. */
export class ScriptedServer implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  /** A WebSocket server can use it too. */
  readonly http = createServer(
    // On a busy machine, the end of an idle connection could meet the next request on it, which would fail.
    { keepAliveTimeout: 0 },
    requestListener((request, response) => this.#handle(request, response)),
  );
  #script: Script;

  private constructor(script: Script) {
    this.#script = script;
  }

  static async start(script: Script): Promise<ScriptedServer> {
    const server = new ScriptedServer(script);
    await new Promise<void>((resolve) => server.http.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}`;
  }

  script(script: Script): void {
    this.#script = script;
  }

  /** The requests of one path, in order. */
  to(path: string): ReceivedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.http.closeAllConnections();
    await new Promise((resolve) => this.http.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = await readRequest(request);
    this.requests.push(seen);
    const reaction = await this.#script(seen);
    if (reaction === 'hang') return;
    if (reaction === 'cut') {
      request.socket.destroy();
      return;
    }
    const { status = 200, headers = {}, body = {}, chunks } = reaction;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    if (chunks) {
      try {
        for await (const chunk of chunks) response.write(chunk);
        response.end();
      } catch {
        request.socket.destroy();
      }
      return;
    }
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

async function readRequest(request: IncomingMessage): Promise<ReceivedRequest> {
  const body = await text(request);
  const url = new URL(request.url ?? '', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname.replace(/^.*\/api\/v1/, ''),
    query: url.searchParams,
    headers: request.headers,
    body: body === '' ? undefined : JSON.parse(body),
    token: request.headers.authorization?.replace('Bearer ', ''),
  };
}
