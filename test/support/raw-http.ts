import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** Where the request comes from; any 127.0.0.x is ours. */
  readonly localAddress?: string;
}

/** Sends a request of any shape over a line of its own; nothing but its length is added. */
export function sendRaw(url: string, request: RawRequest): Promise<RawAnswer> {
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

/** Sends these bytes and reads one answer, which may come before they are all sent. */
export async function sendBytes(
  url: string,
  bytes: Uint8Array,
  localAddress?: string,
): Promise<RawAnswer> {
  const line = await openLine(url, localAddress);
  line.write(bytes);
  try {
    return await readAnswer(line);
  } finally {
    line.destroy();
  }
}

export async function openLine(url: string, localAddress?: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const line = connect({
    host: hostname,
    port: Number(port),
    ...(localAddress !== undefined && { localAddress }),
  });
  await once(line, 'connect');
  // What breaks a line shows as its end, to whoever reads from it.
  line.on('error', () => {});
  return line;
}

/** Reads one answer from a line; rejects when the line ends before the answer does. */
export function readAnswer(line: Socket): Promise<RawAnswer> {
  let received = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const answer = parseAnswer(received);
      if (answer !== undefined) resolve(answer);
    };
    line.on('data', take);
    line.once('close', () => reject(new Error(`The line ended after "${received.toString()}"`)));
  });
}

function parseAnswer(received: Buffer): RawAnswer | undefined {
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
