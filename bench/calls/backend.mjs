// A backend that only writes one page, so that the rest of the cost of a call is the client's.
import { createServer } from 'node:http';
import { serve } from '../serve.mjs';

const message = (index) => ({
  id: `0199a2f4-7c1e-7d34-9a4b-${String(index).padStart(12, '0')}`,
  role: index % 2 === 0 ? 'user' : 'assistant',
  content: 'It depends on the weather, and on whom you ask. '.repeat(4),
  timestamp: '2026-11-22T10:00:00.000Z',
  sessionId: '0199a2f4-7c1e-7d34-9a4b-5b0f6c2d8e17',
  status: 'read',
});
const page = Buffer.from(
  JSON.stringify({
    messages: Array.from({ length: 20 }, (_, index) => message(index)),
    pagination: { total: 20, page: 1, pageSize: 20 },
  }),
);
const headers = {
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': page.length,
  'Chat-Extensions': 'identity, idempotency, minimal, history-filters, sessions, feedback',
};

const server = createServer((request, response) => {
  // A call without a token must fail: it would be faster.
  const { authorization = '' } = request.headers;
  response.writeHead(authorization.startsWith('Bearer ') ? 200 : 401, headers);
  response.end(page);
});
// Longer than the bench: no connection is replaced during a measurement.
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => serve({ port: server.address().port }));
