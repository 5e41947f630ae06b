import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes } from '../../../../../../test/support/raw-http.js';
import { cheapHasher } from '../../../auth/cheap-hasher.js';
import { createChatServer } from '../../../create-chat-server.js';

let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  app = await createChatServer({ passwords: cheapHasher });
  url = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const request = (...headers: string[]) =>
  sendBytes(url, Buffer.from(`GET /healthz HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`));

describe('a request', () => {
  it.each([
    ['two Host headers', ['Host: a', 'host: b'], /one Host/],
    ['two equal Host headers', ['Host: a', 'Host: a'], /one Host/],
    ['a path in Host', ['Host: a/b'], /host name/],
    ['a user in Host', ['Host: user@a'], /host name/],
    ['a space in Host', ['Host: a b'], /host name/],
    ['a port that is not a number', ['Host: a:b'], /host name/],
    ['two Authorization headers', ['Host: a', 'Authorization: x', 'AUTHORIZATION: y'], /one Auth/],
  ])('with %s gets 400', async (_name, headers, detail) => {
    const { status, body } = await request(...headers);
    expect(status).toBe(400);
    expect(JSON.parse(body).detail).toMatch(detail);
  });

  it.each(['a', 'a.example:8080', '127.0.0.1:1', '[::1]:3000', '', 'a_b', '%C3%A9'])(
    'with the host "%s" is processed',
    async (host) => {
      expect((await request(`Host: ${host}`)).status).toBe(200);
    },
  );
});
