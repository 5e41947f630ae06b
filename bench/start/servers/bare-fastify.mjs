// The least that a program with Fastify does before it responds.
import { fastify } from 'fastify';

const app = fastify();
app.get('/healthz', async () => ({ status: 'ok' }));
console.log(`Listening on ${await app.listen({ port: 0, host: '127.0.0.1' })}`);
