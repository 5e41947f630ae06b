// The least that keeps messages: two inserts in two transactions, a fixed-window counter, one publish.
// No order of a user's messages, no sessions, statistics or idempotency keys, no sockets.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import { fastify } from 'fastify';
import { serve } from '../../serve.mjs';

// The drivers of the server.
const fromServer = createRequire(new URL('../../../packages/server/package.json', import.meta.url));
const { Pool } = fromServer('pg');
const { Redis } = fromServer('ioredis');

const { BENCH_SECRET, BENCH_POSTGRES, BENCH_REDIS } = process.env;
const pool = new Pool({ connectionString: BENCH_POSTGRES, max: 10 });
const redis = new Redis(BENCH_REDIS);
await pool.query(`CREATE TABLE IF NOT EXISTS hand_written (
  id text PRIMARY KEY, user_id text NOT NULL, role text NOT NULL, content text NOT NULL, timestamp bigint NOT NULL)`);
await pool.query(
  'CREATE INDEX IF NOT EXISTS hand_written_by_user ON hand_written (user_id, timestamp)',
);

function userOf(authorization = '') {
  const [signed, signature = ''] = authorization.slice(7).split(/\.(?=[^.]*$)/);
  const expected = createHmac('sha256', BENCH_SECRET).update(signed).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'base64url'))) throw new Error('forged');
  return JSON.parse(Buffer.from(signed.split('.')[1], 'base64url')).sub;
}

async function insert(userId, role, content) {
  const message = { id: randomUUID(), role, content, timestamp: Date.now() };
  await pool.query({
    name: 'insert',
    text: 'INSERT INTO hand_written VALUES ($1, $2, $3, $4, $5)',
    values: [message.id, userId, role, content, message.timestamp],
  });
  return message;
}

const app = fastify();
app.post('/api/v1/chat', async (request, reply) => {
  const userId = userOf(request.headers.authorization);
  const window = `limit:${userId}:${Math.floor(Date.now() / 60_000)}`;
  const count = await redis.incr(window);
  if (count === 1) await redis.expire(window, 60);
  if (count > 100_000_000) return reply.code(429).send({ detail: 'Too many messages.' });
  const question = await insert(userId, 'user', request.body.message);
  const response = `You said: ${question.content}`;
  const answer = await insert(userId, 'assistant', response);
  await redis.publish(`user:${userId}`, JSON.stringify(answer));
  return { response, messages: [question, answer] };
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
