// @ts-check
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { TcpConnection } from './tcp-connection.js';

/** @typedef {import('./tcp-connection.js').CutMode} CutMode */
/** @typedef {import('./tcp-connection.js').Direction} Direction */

/**
 * A network that injects faults. A method applies to all present connections; `stall`, `blackHole` and `delayMs` apply
 * to later ones too. Use `connections` for a fault of one connection.
 * @typedef {object} TcpProxy
 * @property {number} port
 * @property {string} url such as `http://127.0.0.1:12345`
 * @property {number} target the port that new connections lead to; change it when the server returns on another one
 * @property {readonly TcpConnection[]} connections
 * @property {number} accepted how many connections there were in total
 * @property {number} delayMs how long each byte is in transit, in milliseconds
 * @property {(mode?: CutMode) => void} cut
 * @property {(direction?: Direction) => void} stall
 * @property {(direction?: Direction) => void} blackHole
 * @property {(bytes: number, direction?: 'up' | 'down') => void} dropBytes
 * @property {() => void} refuse stops listening: new connections are refused, present ones stay
 * @property {() => Promise<void>} resume ends `stall`, `blackHole` and `refuse`, and cancels faults that a connection has not reached yet
 * @property {() => Promise<void>} close cuts all connections and stops listening
 */

/**
 * @param {object} options
 * @param {number} options.target a port of 127.0.0.1
 * @param {number} [options.port] a free one when omitted
 * @returns {Promise<TcpProxy>}
 */
export async function createTcpProxy(options) {
  /** @type {Set<TcpConnection>} */
  const connections = new Set();
  let { target } = options;
  let accepted = 0;
  let delayMs = 0;
  /** @type {Direction | undefined} */
  let stalled;
  /** @type {Direction | undefined} */
  let discarding;

  // `allowHalfOpen`: a FIN is forwarded in order, like data.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    accepted += 1;
    const upstream = connect({
      port: target,
      host: '127.0.0.1',
      allowHalfOpen: true,
      noDelay: true,
    });
    const connection = new TcpConnection(client, upstream, () => connections.delete(connection));
    connections.add(connection);
    connection.delay(delayMs);
    if (stalled !== undefined) connection.stall(stalled);
    if (discarding !== undefined) connection.blackHole(discarding);
  });
  const port = options.port ?? (await listenOnFreePort(server));
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
    get connections() {
      return [...connections];
    },
    get accepted() {
      return accepted;
    },
    get delayMs() {
      return delayMs;
    },
    set delayMs(value) {
      delayMs = value;
      for (const connection of connections) connection.delay(value);
    },
    cut(mode) {
      for (const connection of connections) connection.cut(mode);
    },
    stall(direction = 'both') {
      stalled = direction;
      for (const connection of connections) connection.stall(direction);
    },
    blackHole(direction = 'both') {
      discarding = direction;
      for (const connection of connections) connection.blackHole(direction);
    },
    dropBytes(bytes, direction) {
      for (const connection of connections) connection.dropBytes(bytes, direction);
    },
    refuse() {
      server.close();
    },
    async resume() {
      stalled = undefined;
      discarding = undefined;
      for (const connection of connections) connection.resume();
      if (!server.listening) await listen(server, port);
    },
    async close() {
      for (const connection of connections) connection.cut();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * Below the range that systems use for outgoing connections: after `refuse`, no other process may have taken the port.
 * @param {import('node:net').Server} server
 */
async function listenOnFreePort(server) {
  for (let attempt = 0; ; attempt += 1) {
    // Above 10,080, which `fetch` blocks: it is the last port that browsers block.
    const port = 10_081 + Math.floor(Math.random() * 20_000);
    try {
      await listen(server, port);
      return port;
    } catch (error) {
      if (attempt === 20) throw error;
    }
  }
}

/**
 * @param {import('node:net').Server} server
 * @param {number} port
 */
async function listen(server, port) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
