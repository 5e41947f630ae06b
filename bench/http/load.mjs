// HTTP load with a minimal client, which takes little processor time from the server.
import { once } from 'node:events';
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

/** One kept-alive connection, one call at a time. */
class Connection {
  #socket;
  #received = Buffer.alloc(0);
  #resolve = () => {};
  #reject = () => {};

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('close', () => this.#reject(new Error('The server closed a connection.')));
  }

  /** Resolves with the complete response. An error response rejects: it is fast, and would look like a good result. */
  call(request) {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #receive(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf(headEnd);
    if (end === -1) return;
    const head = this.#received.latin1Slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + headEnd.length + length) return;
    this.#received = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) this.#resolve();
    else this.#reject(new Error(`The server responded:\n${head}`));
  }
}

/**
 * @param {number} port
 * @param {Buffer[]} requests one for each connection, which sends it repeatedly
 * @returns {Promise<{ run(calls: number): Promise<void>, each(requests: Buffer[]): Promise<void>, close(): void }>}
 *   `run` makes this number of calls over all connections, `each` makes each of these calls once
 */
export async function openLoad(port, requests) {
  const opened = await Promise.all(
    requests.map(async () => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      await once(socket, 'connect');
      return new Connection(socket);
    }),
  );
  return {
    async run(calls) {
      let left = calls;
      const work = async (connection, request) => {
        while (left > 0) {
          left -= 1;
          await connection.call(request);
        }
      };
      await Promise.all(opened.map((connection, index) => work(connection, requests[index])));
    },
    async each(others) {
      const left = others.values();
      const work = async (connection) => {
        for (const request of left) await connection.call(request);
      };
      await Promise.all(opened.map(work));
    },
    close: () => {
      for (const connection of opened) connection.close();
    },
  };
}

/** A request as bytes. */
export function requestOf(method, path, { headers = {}, body } = {}) {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const all = {
    host: '127.0.0.1',
    ...headers,
    ...(body !== undefined && {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
    }),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${payload}`);
}
