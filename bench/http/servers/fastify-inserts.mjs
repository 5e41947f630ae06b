// A Fastify route with the two inserts of a turn, and nothing else: no token, no limits, no sessions, no repeated requests.
// The inserts of an iteration of the event loop share a commit.
import { fastify } from 'fastify';
import { serve } from '../../serve.mjs';
import { openInserts } from './message-inserts.mjs';

const store = openInserts(process.env.BENCH_FILE);
let seq = 0;
let waiting = [];

function commit() {
  const group = waiting;
  waiting = [];
  seq += 1;
  store(group, seq);
  for (const { resolve } of group) resolve();
}

function stored(message) {
  return new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(commit);
    waiting.push({ ...message, resolve });
  });
}

const app = fastify();
app.post('/api/v1/chat', async ({ body, headers }) => {
  const user = headers['x-user'];
  await stored({ user, role: 'user', content: body.message });
  await stored({ user, role: 'assistant', content: body.message });
  return { timestamp: Date.now() };
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
