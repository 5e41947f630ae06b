import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Cut, type Direction, TcpLine } from './tcp-line.js';

export interface TcpProxyOptions {
  /** The port of 127.0.0.1 to connect to. */
  readonly target: number;
  /** @default one that is free */
  readonly port?: number;
}

/**
 * A network that does what a test wants of it. What it is told holds for the lines there are, and
 * `stall`, `blackHole` and `delayMs` for those to come as well; `lines` are there to be told one by one.
 */
export interface TcpProxy {
  readonly port: number;
  /** Such as `http://127.0.0.1:12345`. */
  readonly url: string;
  /** Where new lines lead: a server that comes back elsewhere is still found here. */
  target: number;
  readonly lines: readonly TcpLine[];
  /** How many lines there were, ever. */
  readonly accepted: number;
  /** How long each byte is under way, in milliseconds. */
  delayMs: number;
  cut(how?: Cut): void;
  stall(direction?: Direction): void;
  blackHole(direction?: Direction): void;
  dropBytes(bytes: number, direction?: 'up' | 'down'): void;
  /** Nobody listens any more: a connect is refused. The lines there are stay. */
  refuse(): void;
  /** Ends `stall`, `blackHole` and `refuse`, and calls off what a line was told but has not reached. */
  resume(): Promise<void>;
  /** Cuts all lines and stops for good. */
  close(): Promise<void>;
}

export async function createTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const lines = new Set<TcpLine>();
  let target = options.target;
  let accepted = 0;
  let delayMs = 0;
  let stalled: Direction | undefined;
  let holed: Direction | undefined;

  // `allowHalfOpen`: a FIN is passed on like everything else, in its place.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client: Socket) => {
    accepted += 1;
    const onward = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const line = new TcpLine(client, onward, () => lines.delete(line));
    lines.add(line);
    line.delay(delayMs);
    if (stalled !== undefined) line.stall(stalled);
    if (holed !== undefined) line.blackHole(holed);
  });
  const port = options.port ?? (await listenSomewhere(server));
  if (options.port !== undefined) await listen(server, port);

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get target() {
      return target;
    },
    set target(value) {
      target = value;
    },
    get lines() {
      return [...lines];
    },
    get accepted() {
      return accepted;
    },
    get delayMs() {
      return delayMs;
    },
    set delayMs(value) {
      delayMs = value;
      for (const line of lines) line.delay(value);
    },
    cut(how) {
      for (const line of lines) line.cut(how);
    },
    stall(direction = 'both') {
      stalled = direction;
      for (const line of lines) line.stall(direction);
    },
    blackHole(direction = 'both') {
      holed = direction;
      for (const line of lines) line.blackHole(direction);
    },
    dropBytes(bytes, direction) {
      for (const line of lines) line.dropBytes(bytes, direction);
    },
    refuse() {
      server.close();
    },
    async resume() {
      stalled = undefined;
      holed = undefined;
      for (const line of lines) line.resume();
      if (!server.listening) await listen(server, port);
    },
    async close() {
      for (const line of lines) line.cut();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Below the range from which systems take the ports of outgoing connections: after `refuse`, nobody
 * else may have taken the port.
 */
async function listenSomewhere(server: ReturnType<typeof createServer>): Promise<number> {
  for (let attempt = 0; ; attempt += 1) {
    // Not from 10,000 on: `fetch` refuses 10080, the last of the ports that browsers keep from it.
    const port = 10_081 + Math.floor(Math.random() * 20_000);
    try {
      await listen(server, port);
      return port;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

async function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
