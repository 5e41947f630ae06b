// One keep-alive connection with a minimal client, whose time is part of every value.
import { Agent, request } from 'node:http';

export class Connection {
  #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #port;

  constructor(port) {
    this.#port = port;
  }

  /** Rejects for any status but 200: an error response is fast, and would look like a good result. */
  call(method, path, token, body, headers = {}) {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const call = request({
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
        method,
        path: `/api/v1${path}`,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        },
      });
      call.on('error', reject);
      call.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part) => {
          text += part;
        });
        response.on('end', () => {
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
        });
      });
      call.end(payload);
    });
  }

  close() {
    this.#agent.destroy();
  }
}
