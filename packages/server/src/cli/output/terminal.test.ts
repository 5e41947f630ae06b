import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { warn } from './terminal.js';

test.each([
  ['received "postgres://ada:hunter2@db/chat".', 'received "postgres://…@db/chat".'],
  ['http://ada:hun@ter2@db does not respond.', 'http://…@db does not respond.'],
  ['an address such as redis://user:password@host:6379/0', undefined],
  ['http://127.0.0.1:1 does not respond to ada@db.', undefined],
])('hides the user and the password in %j', (line, expected = line) => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  warn({ stdin, stdout, stderr, environment: {} }, line);
  expect(String(stderr.read())).toBe(`chat-server: ${expected}\n`);
});
