import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawResponse {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** The local address of the connection, any 127.0.0.x. */
  readonly localAddress?: string;
}

/** Sends any request, even an invalid one, over a new connection. Adds only Host, Connection and Content-Length. */
export function sendRaw(url: string, request: RawRequest): Promise<RawResponse> {
  const { method = 'GET', path, headers = {}, body } = request;
  const bytes = Buffer.from(typeof body === 'string' ? Buffer.from(body) : (body ?? []));
  const lines = Object.entries({
    Host: new URL(url).host,
    Connection: 'close',
    ...(body !== undefined && { 'Content-Length': String(bytes.length) }),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  const head = `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
  return sendBytes(url, Buffer.concat([Buffer.from(head), bytes]), request.localAddress);
}

/** Sends these bytes and reads one response, which may arrive before all bytes are sent. */
export async function sendBytes(
  url: string,
  bytes: Uint8Array,
  localAddress?: string,
): Promise<RawResponse> {
  const connection = await openConnection(url, localAddress);
  connection.write(bytes);
  try {
    return await readResponse(connection);
  } finally {
    connection.destroy();
  }
}

export async function openConnection(url: string, localAddress?: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const connection = connect({
    host: hostname,
    port: Number(port),
    ...(localAddress !== undefined && { localAddress }),
  });
  await once(connection, 'connect');
  // A reader sees an error as the end of the connection.
  connection.on('error', () => {});
  return connection;
}

/** Reads one response. Rejects when the connection closes before the response is complete. */
export function readResponse(connection: Socket): Promise<RawResponse> {
  let received = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const response = parseResponse(received);
      if (response !== undefined) resolve(response);
    };
    connection.on('data', onData);
    connection.once('close', () =>
      reject(new Error(`The connection closed after "${received.toString()}"`)),
    );
  });
}

function parseResponse(received: Buffer): RawResponse | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [first = '', ...lines] = received.subarray(0, end).toString().split('\r\n');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers.get('content-length') ?? 0);
  const body = received.subarray(end + 4);
  if (body.length < length) return undefined;
  return { status: Number(first.split(' ')[1]), headers, body: body.toString() };
}
