import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** What a client notices while the backend is away. */
export const outages = {
  'refuses connections': 'refuse',
  'resets connections': 'reset',
  'does not respond': 'silence',
  'has a proxy that responds with 502': '502',
} as const;
export type Outage = (typeof outages)[keyof typeof outages];

/** A reverse proxy that serves a page and its chat backend at one origin, and can simulate outages. */
export class ReverseProxy {
  readonly #host: string;
  readonly #portOf: (path: string) => number;
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;
  #outage: Outage | undefined;

  private constructor(host: string, portOf: (path: string) => number) {
    this.#host = host;
    this.#portOf = portOf;
    this.#server = this.#createServer();
  }

  /**
   * @param host of its own: Firefox delays WebSockets by host
   * @param portOf where a request is sent, on 127.0.0.1
   */
  static async start(host: string, portOf: (path: string) => number): Promise<ReverseProxy> {
    const proxy = new ReverseProxy(host, portOf);
    await proxy.#listen();
    return proxy;
  }

  get origin(): string {
    return `http://${this.#host}:${this.#port}`;
  }

  /** Cuts all connections; new ones fail in this way. */
  fail(outage: Outage): void {
    this.#outage = outage;
    if (outage === 'refuse') this.#server.close();
    this.#cut();
  }

  async recover(): Promise<void> {
    this.#outage = undefined;
    if (this.#server.listening) return;
    this.#server = this.#createServer();
    await this.#listen();
  }

  close(): void {
    this.#server.close();
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(): Promise<void> {
    this.#server.listen(this.#port, this.#host);
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #createServer(): Server {
    const server = createServer((incoming, response) => {
      if (this.#outage === 'silence') return;
      if (this.#outage === '502') {
        response.writeHead(502, { 'content-type': 'text/html', connection: 'close' });
        response.end('<h1>Bad gateway</h1>');
        return;
      }
      const outgoing = request({ ...this.#target(incoming), headers: incoming.headers });
      outgoing.on('response', (received) => {
        response.writeHead(received.statusCode ?? 500, received.headers);
        received.pipe(response);
      });
      outgoing.on('error', () => response.destroy());
      incoming.pipe(outgoing);
    });
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => {});
      if (this.#outage === 'reset') socket.resetAndDestroy();
    });
    server.on('upgrade', (incoming, socket: Socket) => {
      if (this.#outage === 'silence') return;
      if (this.#outage === '502') {
        socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        return;
      }
      const { port, host, method, path } = this.#target(incoming);
      const upstream = connect(port, host);
      const headers = incoming.rawHeaders.map((text, nth) => text + (nth % 2 ? '\r\n' : ': '));
      upstream.write(`${method} ${path} HTTP/1.1\r\n${headers.join('')}\r\n`);
      upstream.on('error', () => socket.destroy());
      socket.on('close', () => upstream.destroy());
      upstream.pipe(socket).pipe(upstream);
    });
    return server;
  }

  #target({ url = '/', method }: IncomingMessage) {
    return { host: '127.0.0.1', port: this.#portOf(url), path: url, method };
  }
}
