// A Fastify route that serialises one page from memory: the cost of HTTP without a chat.
import { fastify } from 'fastify';
import { serve } from '../../serve.mjs';

const page = JSON.parse(process.env.BENCH_PAGE);
const app = fastify();
app.get('/api/v1/chat/history', async () => page);
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
