import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readReply } from './testing/collect-reply.js';
import { type Endpoint, startEndpoint, streams } from './testing/endpoint.js';
import { type ForwardProxy, startForwardProxy } from './testing/forward-proxy.js';
import { completionStream } from './testing/recordings.js';

let endpoint: Endpoint;
let proxy: ForwardProxy;

beforeEach(async () => {
  endpoint = await startEndpoint();
  endpoint.respondWith(streams(completionStream('Hi', ' Ada')));
  proxy = await startForwardProxy();
});

afterEach(async () => {
  proxy.close();
  await endpoint.close();
});

const options = (more: object = {}) => ({
  baseUrl: endpoint.baseUrl,
  model: 'some-model',
  maxRetries: 0,
  proxy: proxy.url,
  ...more,
});

test('an http API is called through the proxy', async () => {
  expect((await readReply(options())).text).toBe('Hi Ada');
  expect(proxy.requests).toEqual([`POST ${endpoint.baseUrl}/chat/completions`]);
});

test.each(['http', 'https'])(
  'a proxy that rejects the password is named, for %s',
  async (scheme) => {
    const { host } = new URL(proxy.url);
    const baseUrl = `${scheme}://127.0.0.1:1/v1`;
    const error: Error = await readReply(
      options({ baseUrl, proxy: `http://ada:hunter2@${host}` }),
    ).catch((reason) => reason);
    expect(error.message).toMatch(/responded with 407/);
    expect(error.message).not.toContain('hunter2');
  },
);

test.each([
  ['https', 'The proxy 127.0.0.1:1 failed (ECONNREFUSED).'],
  [
    'http',
    "The assistant's endpoint cannot be reached through the proxy 127.0.0.1:1 (ECONNREFUSED).",
  ],
])('a proxy that cannot be reached is named, for %s', async (scheme, message) => {
  const baseUrl = `${scheme}://127.0.0.1:1/v1`;
  await expect(readReply(options({ baseUrl, proxy: 'http://127.0.0.1:1' }))).rejects.toThrow(
    message,
  );
});

test('a proxy that responds itself is named', async () => {
  const gateway = createServer((_request, response) => response.writeHead(502).end());
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const { port } = gateway.address() as AddressInfo;
  const replying = readReply(options({ proxy: `http://127.0.0.1:${port}` }));
  await expect(replying).rejects.toThrow(
    `The assistant's endpoint, or the proxy 127.0.0.1:${port}, responded with 502.`,
  );
  gateway.close();
});
