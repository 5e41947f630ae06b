// HTTP load with as little of a client around it as can be: what a client takes of the machine, its server lacks.
import { once } from 'node:events';
import { connect } from 'node:net';

const headEnd = Buffer.from('\r\n\r\n');

/** One kept-alive connection, one call at a time. */
class Line {
  #socket;
  #received = Buffer.alloc(0);
  #answered = () => {};
  #failed = () => {};

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('close', () => this.#failed(new Error('The server closed a connection.')));
  }

  /** Resolves when the answer is here whole; a refusal rejects: it is quick, and would look like a good figure. */
  call(request) {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close() {
    this.#socket.destroy();
  }

  #take(bytes) {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const end = this.#received.indexOf(headEnd);
    if (end === -1) return;
    const head = this.#received.latin1Slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1]);
    if (this.#received.length < end + headEnd.length + length) return;
    this.#received = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) this.#answered();
    else this.#failed(new Error(`The server answered:\n${head}`));
  }
}

/**
 * @param {number} port
 * @param {Buffer[]} requests one for each connection, sent on it again and again
 * @returns {Promise<{ run(calls: number): Promise<void>, each(requests: Buffer[]): Promise<void>, close(): void }>}
 *   `run` makes so many calls over all connections, `each` makes these calls instead, each once
 */
export async function openLoad(port, requests) {
  const lines = await Promise.all(
    requests.map(async () => {
      const socket = connect({ host: '127.0.0.1', port, noDelay: true });
      await once(socket, 'connect');
      return new Line(socket);
    }),
  );
  return {
    async run(calls) {
      let left = calls;
      const work = async (line, request) => {
        while (left > 0) {
          left -= 1;
          await line.call(request);
        }
      };
      await Promise.all(lines.map((line, index) => work(line, requests[index])));
    },
    async each(others) {
      const left = others.values();
      const work = async (line) => {
        for (const request of left) await line.call(request);
      };
      await Promise.all(lines.map(work));
    },
    close: () => {
      for (const line of lines) line.close();
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
