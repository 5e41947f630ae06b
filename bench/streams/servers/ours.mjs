// Our server with the memory store. The message is the number of chunks of its reply.
import { createChatServer } from '../../../packages/server/dist/index.js';
import { serve } from '../../serve.mjs';
import { chunks } from '../chunks.mjs';

const app = await createChatServer({
  jwtSecret: process.env.BENCH_SECRET,
  assistant: {
    contextMessages: 1,
    reply: ({ messages }) => chunks(Number(messages.at(-1).content)),
  },
  limits: { messagesPerWindow: 1e9 },
  metrics: false,
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
