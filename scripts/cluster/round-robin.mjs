// A stateless load balancer: each request and each socket goes to the next instance.
import { once } from 'node:events';
import { createServer, request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { requestListener } from '@chat/test-support';

/**
 * @param {() => readonly string[]} targets the URLs of the current instances
 * @param {number} [port] 0 takes a free one
 */
export async function startRoundRobin(targets, port = 0) {
  let count = 0;
  const next = () => {
    const urls = targets();
    count += 1;
    return urls[count % urls.length];
  };

  /** Tries one instance after another; skips only instances that refuse the connection. */
  const forward = (incoming, body, attempts, onRequest, onFailure) => {
    const target = new URL(incoming.url ?? '/', next());
    const outgoing = sendRequest(target, {
      method: incoming.method,
      headers: forwardedHeaders(incoming),
    });
    outgoing.on('error', (error) => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED';
      if (refused && attempts > 1) forward(incoming, body, attempts - 1, onRequest, onFailure);
      else onFailure();
    });
    onRequest(outgoing);
    outgoing.end(body);
  };

  const respond = requestListener(async (incoming, response) => {
    forward(
      incoming,
      await buffer(incoming),
      targets().length,
      (outgoing) => {
        response.on('close', () => outgoing.destroy());
        outgoing.on('response', (upstream) => {
          response.writeHead(upstream.statusCode ?? 502, upstream.headers);
          upstream.pipe(response);
        });
      },
      () => {
        if (response.headersSent) {
          response.destroy();
          return;
        }
        response.writeHead(502, { 'Content-Type': 'application/json' });
        response.end('{"detail":"Bad gateway."}');
      },
    );
  });
  const server = createServer(respond);
  server.on('upgrade', (incoming, client, head) => {
    client.on('error', () => {});
    forward(
      incoming,
      undefined,
      targets().length,
      (outgoing) => {
        outgoing.on('response', () => client.destroy());
        outgoing.on('upgrade', (response, upstream, upstreamHead) => {
          const headers = response.rawHeaders.map((text, index) =>
            index % 2 === 0 ? `${text}: ` : `${text}\r\n`,
          );
          client.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
          client.write(upstreamHead);
          upstream.write(head);
          upstream.on('error', () => client.destroy());
          upstream.on('close', () => client.destroy());
          client.on('close', () => upstream.destroy());
          client.pipe(upstream).pipe(client);
        });
      },
      () => client.destroy(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forwardedHeaders({ headers, socket }) {
  const before = headers['x-forwarded-for'];
  const address = socket.remoteAddress ?? '';
  return {
    ...headers,
    'x-forwarded-for': before === undefined ? address : `${before}, ${address}`,
  };
}
