// The packed server with a manual clock, behind a proxy that can cut connections. A second server takes commands over
// HTTP, such as `POST /advance`. Runs until stdin ends.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { createChatServer, createManualClock } from '@chat/server';

const clock = createManualClock(Date.now());
const users = Array.from({ length: 20 }, (_, index) => ({
  username: `user${index}`,
  password: `s3cret${index}`,
}));
const app = await createChatServer({
  users,
  clock,
  corsOrigins: ['*'],
  limits: { messagesPerWindow: 10 },
  assistant: {
    async *reply({ messages }) {
      yield* messages.at(-1).content.split(/(?<= )/);
    },
  },
});
const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);

let isCut = false;
const sockets = new Set();
const proxy = createServer((near) => {
  if (isCut) {
    near.resetAndDestroy();
    return;
  }
  const upstream = connect(port, '127.0.0.1');
  for (const [socket, other] of [
    [near, upstream],
    [upstream, near],
  ]) {
    sockets.add(socket);
    socket.on('error', () => other.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  near.pipe(upstream).pipe(near);
});

let user;
let usedUsers = 0;
const commands = {
  nextUser() {
    user = users[usedUsers];
    usedUsers += 1;
    return user;
  },
  advance: (ms) => clock.advance(Number(ms)),
  cutConnections() {
    isCut = true;
    for (const socket of sockets) socket.resetAndDestroy();
  },
  restore() {
    isCut = false;
  },
  /** Sends a message of the user from another device. */
  async sendMessage(content) {
    const { access_token: token } = await post('login', user);
    await post('chat', { message: content }, { authorization: `Bearer ${token}` });
  },
};

async function post(route, body, headers = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${route}: ${await response.text()}`);
  return response.json();
}

const control = createHttpServer(async (request, response) => {
  response.setHeader('access-control-allow-origin', '*');
  try {
    const result = await commands[request.url.slice(1)](await text(request));
    response.end(JSON.stringify(result ?? {}));
  } catch (error) {
    response.writeHead(500).end(error.stack);
  }
});

for (const server of [proxy, control]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const urlOf = (server) => `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ url: urlOf(proxy), control: urlOf(control) }));

process.stdin.on('close', () => process.exit()).resume();
