// Our server with the memory store: the same frames as its peers, and all that a chat means besides.
import { createChatServer } from '../../../packages/server/dist/index.js';
import { serve } from '../../serve.mjs';

const app = await createChatServer({
  jwtSecret: process.env.BENCH_SECRET,
  // Its peers think nothing and stream nothing either: what an assistant costs is its own affair.
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
