import { expect, test } from 'vitest';
import { proxyFromEnvironment } from './proxy-from-environment.js';

const proxy = 'http://proxy.example:3128';
const api = 'https://api.example/v1';

test.each<[string, Record<string, string>, string | undefined]>([
  [api, {}, undefined],
  [api, { HTTPS_PROXY: proxy }, proxy],
  [api, { https_proxy: proxy, HTTPS_PROXY: 'http://other.example' }, proxy],
  [api, { HTTP_PROXY: proxy }, undefined],
  ['http://api.example/v1', { HTTP_PROXY: proxy }, proxy],
  [api, { ALL_PROXY: proxy }, proxy],
  [api, { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: 'localhost,127.0.0.1' }, proxy],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: 'localhost, api.example' }, undefined],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: '.example' }, undefined],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: '*.example' }, undefined],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: 'API.EXAMPLE:443' }, undefined],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: 'api.example:8443' }, proxy],
  [api, { HTTPS_PROXY: proxy, NO_PROXY: 'pi.example' }, proxy],
  [api, { HTTPS_PROXY: proxy, no_proxy: '*' }, undefined],
  ['http://127.0.0.1:11434/v1', { HTTP_PROXY: proxy, NO_PROXY: '127.0.0.1' }, undefined],
])('for %s and %o the proxy is %s', (url, environment, expected) => {
  expect(proxyFromEnvironment(new URL(url), environment)).toBe(expected);
});

test('rejects an invalid proxy without repeating its password', () => {
  expect(() =>
    proxyFromEnvironment(new URL(api), { HTTPS_PROXY: 'socks5://ada:hunter2@proxy.example' }),
  ).toThrow(
    /^HTTPS_PROXY is invalid: expected the URL of an HTTP proxy, such as http:\/\/proxy\.example:3128\.$/,
  );
});
