import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';

/** A forward proxy that records what it is asked for and allows only the user ada. */
export interface ForwardProxy {
  /** With the name and the password of ada. */
  readonly url: string;
  readonly requests: string[];
  close(): void;
}

const isAda = ({ headers }: IncomingMessage): boolean =>
  headers['proxy-authorization'] === `Basic ${Buffer.from('ada:s3:cret').toString('base64')}`;

export async function startForwardProxy(): Promise<ForwardProxy> {
  const requests: string[] = [];
  const sockets = new Set<{ destroy(): unknown }>();
  const respond = requestListener(async (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (!isAda(request)) return void response.writeHead(407).end();
    const body = await text(request);
    const upstream = await fetch(request.url ?? '', { method: 'POST', body });
    response.writeHead(upstream.status, { 'content-type': 'text/event-stream' });
    response.end(await upstream.text());
  });
  const server = createServer(respond);
  server.on('connect', (request, socket) => {
    requests.push(`CONNECT ${request.url}`);
    socket.on('error', () => {});
    if (!isAda(request)) return void socket.end('HTTP/1.1 407 Authenticate\r\n\r\n');
    const { hostname, port } = new URL(`http://${request.url}`);
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    sockets.add(upstream).add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://ada:s3%3Acret@127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
    },
  };
}
