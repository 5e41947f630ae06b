// Our server with the memory store: the frames of its peers, and a complete chat.
import { createChatServer } from '../../../packages/server/dist/index.js';
import { serve } from '../../serve.mjs';

const app = await createChatServer({
  jwtSecret: process.env.BENCH_SECRET,
  // The peers have no assistant and do not stream, so the cost of an assistant is left out here, too.
  assistant: { contextMessages: 1, reply: async ({ messages }) => messages.at(-1).content },
  limits: {
    messagesPerWindow: 1e9,
    socketsPerUser: 1e6,
    pingMs: 3_600_000,
    heartbeatMs: 3_600_000,
  },
  metrics: false,
});
await app.listen({ port: 0, host: '127.0.0.1' });
serve({ port: app.server.address().port });
