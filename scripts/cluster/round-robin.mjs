// A load balancer without any memory: each request and each socket goes to the next instance.
import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/**
 * @param {() => readonly string[]} targets the instances at the moment, as URLs
 * @param {number} [port] 0 takes a free one
 */
export async function startRoundRobin(targets, port = 0) {
  let turn = 0;
  const next = () => {
    const urls = targets();
    turn += 1;
    return urls[turn % urls.length];
  };

  /** Tries one instance after the other; only one that was never reached is passed over. */
  const forward = (incoming, body, attempts, take, fail) => {
    const target = new URL(incoming.url ?? '/', next());
    const outgoing = send(target, { method: incoming.method, headers: forwarded(incoming) });
    outgoing.on('error', (error) => {
      const unreached = 'code' in error && error.code === 'ECONNREFUSED';
      if (unreached && attempts > 1) forward(incoming, body, attempts - 1, take, fail);
      else fail();
    });
    take(outgoing);
    outgoing.end(body);
  };

  const server = createServer(async (incoming, answer) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    forward(
      incoming,
      Buffer.concat(chunks),
      targets().length,
      (outgoing) => {
        answer.on('close', () => outgoing.destroy());
        outgoing.on('response', (response) => {
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer);
        });
      },
      () => {
        if (answer.headersSent) answer.destroy();
        else
          answer
            .writeHead(502, { 'Content-Type': 'application/json' })
            .end('{"detail":"Bad gateway."}');
      },
    );
  });
  server.on('upgrade', (incoming, line, head) => {
    line.on('error', () => {});
    forward(
      incoming,
      undefined,
      targets().length,
      (outgoing) => {
        outgoing.on('response', () => line.destroy());
        outgoing.on('upgrade', (response, far, farHead) => {
          const headers = response.rawHeaders.map((text, at) =>
            at % 2 === 0 ? `${text}: ` : `${text}\r\n`,
          );
          line.write(`HTTP/1.1 101 Switching Protocols\r\n${headers.join('')}\r\n`);
          line.write(farHead);
          far.write(head);
          far.on('error', () => line.destroy());
          far.on('close', () => line.destroy());
          line.on('close', () => far.destroy());
          line.pipe(far).pipe(line);
        });
      },
      () => line.destroy(),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forwarded({ headers, socket }) {
  const before = headers['x-forwarded-for'];
  const address = socket.remoteAddress ?? '';
  return {
    ...headers,
    'x-forwarded-for': before === undefined ? address : `${before}, ${address}`,
  };
}
