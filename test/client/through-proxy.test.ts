import { test } from 'vitest';
import { referenceBackend } from '../support/backends/reference-backend.js';
import { clientSuite } from './suite.js';

/**
 * The HTTP part once more, with a program between client and server that was started for it: it
 * listens at `CHAT_SUITE_PROXY`, such as `http://127.0.0.1:4010`, and passes on to the port
 * `CHAT_SUITE_UPSTREAM_PORT` of this machine, where each scenario puts its server.
 */
const { CHAT_SUITE_PROXY: url, CHAT_SUITE_UPSTREAM_PORT: port = '4011' } = process.env;

if (url === undefined) test.skip('through a proxy: CHAT_SUITE_PROXY names none');
else {
  const through = { url, backendPort: Number(port) };
  clientSuite({ kind: referenceBackend('our server behind a proxy'), through });
}
