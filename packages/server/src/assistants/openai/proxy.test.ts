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

test('a proxy that cannot be reached is named', async () => {
  const baseUrl = 'https://127.0.0.1:1/v1';
  await expect(readReply(options({ baseUrl, proxy: 'http://127.0.0.1:1' }))).rejects.toThrow(
    'The proxy 127.0.0.1:1 failed (ECONNREFUSED).',
  );
});
