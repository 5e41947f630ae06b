// The packed server, behind a line that can be cut, with a clock that is moved by whoever asks. Runs until stdin ends.
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
const ends = new Set();
const line = createServer((near) => {
  if (isCut) {
    near.resetAndDestroy();
    return;
  }
  const far = connect(port, '127.0.0.1');
  for (const [end, other] of [
    [near, far],
    [far, near],
  ]) {
    ends.add(end);
    end.on('error', () => other.destroy());
    end.on('close', () => {
      ends.delete(end);
      other.destroy();
    });
  }
  near.pipe(far).pipe(near);
});

let user;
let entered = 0;
const orders = {
  enter() {
    user = users[entered];
    entered += 1;
    return user;
  },
  advance: (ms) => clock.advance(Number(ms)),
  cut() {
    isCut = true;
    for (const end of ends) end.resetAndDestroy();
  },
  mend() {
    isCut = false;
  },
  /** Says something in the user's name, from elsewhere. */
  async say(content) {
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
    const said = await orders[request.url.slice(1)](await text(request));
    response.end(JSON.stringify(said ?? {}));
  } catch (error) {
    response.writeHead(500).end(error.stack);
  }
});

for (const server of [line, control]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
const urlOf = (server) => `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ url: urlOf(line), control: urlOf(control) }));

process.stdin.on('close', () => process.exit()).resume();
