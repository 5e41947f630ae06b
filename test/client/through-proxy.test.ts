import { test } from 'vitest';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { clientSuite } from './suite.js';

/**
 * The HTTP scenarios through a proxy that was started before. It listens at `CHAT_SUITE_PROXY`, for example
 * `http://127.0.0.1:4010`, and forwards to the local port `CHAT_SUITE_UPSTREAM_PORT`, where each scenario starts its
 * server.
 */
const { CHAT_SUITE_PROXY: url, CHAT_SUITE_UPSTREAM_PORT: port = '4011' } = process.env;

if (url === undefined) test.skip('through a proxy: CHAT_SUITE_PROXY is not set');
else {
  const proxy = { url, backendPort: Number(port) };
  clientSuite({ kind: referenceBackend('our server behind a proxy'), proxy });
}
