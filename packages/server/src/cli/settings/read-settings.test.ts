import { describe, expect, test } from 'vitest';
import { SettingError } from '../errors.js';
import { readSettings } from './read-settings.js';
import { settings } from './settings.js';
import { unknownVariables } from './unknown-variables.js';

const read = (flags = {}, environment = {}) => readSettings(settings, flags, environment);

test('uses the documented defaults', () => {
  const given = read();
  expect(given).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    data: './chat.db',
    users: [],
    demo: false,
    corsOrigins: [],
    loginsPerWindow: 5,
    messagesPerWindow: 60,
    windowMs: 60_000,
    socketsPerUser: 3,
    tokenLifetimeMs: 3_600_000,
    sessionIdleMs: 1_800_000,
  });
  expect([given.trustProxy, given.jwtSecret, given.staticDir]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('prefers a flag to its variable, and ignores an empty variable', () => {
  expect(read({ port: '1' }, { CHAT_PORT: '2' }).port).toBe(1);
  expect(read({}, { CHAT_PORT: '2' }).port).toBe(2);
  expect(read({}, { CHAT_PORT: '' }).port).toBe(3000);
});

test('accepts a PostgreSQL at a Unix socket, and rejects a password that ends the host', () => {
  const socket = 'postgres://ada@/chat?host=/run/postgresql';
  expect(read({}, { CHAT_DATABASE_URL: socket }).databaseUrl).toBe(socket);
  const broken = () => read({}, { CHAT_DATABASE_URL: 'postgres://ada:12/s3cret@db/chat' });
  expect(broken).toThrow('special characters of the password percent-encoded');
  expect(broken).not.toThrow('s3cret');
});

const sslModes = 'sslmode is one of disable, prefer, require, verify-ca, verify-full, no-verify';

test.each([
  ['sslmode=allow', sslModes],
  ['sslmode=bogus', sslModes],
  ['sslmode=', sslModes],
  // node-postgres uses the last one.
  ['sslmode=require&sslmode=bogus', sslModes],
  ['port=abc', 'port is a number from 1 to 65535'],
  ['port=0', 'port is a number from 1 to 65535'],
])('names the invalid parameter of a PostgreSQL URL with "%s"', (parameters, expected) => {
  const url = `postgres://ada:s3cret@db/chat?${parameters}`;
  const reading = () => read({}, { CHAT_DATABASE_URL: url });
  expect(reading).toThrow(
    `CHAT_DATABASE_URL is invalid: expected an address whose parameter ${expected}.`,
  );
  expect(reading).not.toThrow('s3cret');
});

test('reads a switch from its variable, on and off', () => {
  expect(read({}, { CHAT_DEMO: 'false' }).demo).toBe(false);
  expect(read({}, { CHAT_DEMO: '1' }).demo).toBe(true);
  expect(read({ demo: true }, { CHAT_DEMO: 'no' }).demo).toBe(true);
});

test('reads a list from a repeated flag, or from a variable with commas', () => {
  const users = [
    { username: 'ada', password: 's3:cret' },
    { username: 'bob', password: 'p4ss' },
  ];
  expect(read({ user: ['ada:s3:cret', 'bob:p4ss'] }).users).toEqual(users);
  expect(read({}, { CHAT_USER: 'ada:s3:cret, bob:p4ss' }).users).toEqual(users);
});

test.each([
  ['2', 2],
  ['0', 0],
  ['10.0.0.7', ['10.0.0.7']],
  ['loopback, 10.0.0.0/8,fd00::/8', ['loopback', '10.0.0.0/8', 'fd00::/8']],
])('trusts the proxies %s', (text, expected) => {
  expect(read({ 'trust-proxy': text }).trustProxy).toEqual(expected);
});

describe('rejects with one sentence that names flag and variable', () => {
  test.each([
    [{ port: '65536' }, {}],
    [{ port: '-1' }, {}],
    [{ port: '1e3' }, {}],
    [{ 'trust-proxy': 'true' }, {}],
    [{ 'trust-proxy': '10.0.0.0/33' }, {}],
    [{ 'trust-proxy': 'proxy.example' }, {}],
    [{ 'cors-origin': ['https://a.example/'] }, {}],
    [{ 'log-level': 'loud' }, {}],
    [{ host: '' }, {}],
    [{ data: '' }, {}],
    [{ 'token-lifetime-ms': '999999999999' }, {}],
    [{ 'drain-timeout-ms': '2147483648' }, {}],
    [{ 'lame-duck-ms': '2147483648' }, {}],
    [{}, { CHAT_TOKEN_LIFETIME_MS: '0' }],
    [{}, { CHAT_TIME_ZONE: 'Nowhere' }],
    [{}, { CHAT_METRICS: 'perhaps' }],
    [{ data: 'postgres://ada@db/chat' }, {}],
    [{ 'redis-prefix': 'chat{1}' }, {}],
    [{ 'database-timeout-ms': '2147483648' }, {}],
    [{ 'limit-window-ms': '9007199254740991' }, {}],
    [{ 'content-max-length': '200000000' }, {}],
    [{ 'max-queued-logins': '9007199254740993' }, {}],
  ])('%o %o', (flags, environment) => {
    expect(() => read(flags, environment)).toThrow(SettingError);
    expect(() => read(flags, environment)).toThrow(
      /^--[\w-]+ or CHAT_\w+ is invalid: expected [^\n]+, received ".*"\.$/,
    );
  });

  test('rejects a user whose name or password is invalid', () => {
    const long = 'x'.repeat(1_025);
    for (const user of [' :x', `${'x'.repeat(256)}:x`, 'a\u0000b:x', `ada:${long}`]) {
      expect(() => read({ user: [user] })).toThrow(
        /^--user or CHAT_USER is invalid: expected name:password with a name of 1 to 255 and a password of 1 to 1024 characters\.$/,
      );
    }
  });

  test('explains that commas separate the values of a variable', () => {
    expect(() => read({}, { CHAT_USER: 'ada:s3,cret' })).toThrow(
      /^--user or CHAT_USER is invalid: expected name:password, such as ada:s3cret; commas separate values in CHAT_USER\.$/,
    );
  });

  test('never shows a secret', () => {
    expect(() => read({}, { CHAT_JWT_SECRET: 'hunter2' })).toThrow(
      /^CHAT_JWT_SECRET is invalid: expected a string of at least 32 bytes/,
    );
    for (const user of ['hunter2', ':hunter2', 'hunter2:']) {
      expect(() => read({ user: [user] })).toThrow(
        /^--user or CHAT_USER is invalid: expected name:password, such as ada:s3cret\.$/,
      );
    }
  });
});

test('suggests the nearest name for an unknown variable', () => {
  expect(unknownVariables(settings, { CHAT_PROT: '1', PORT: '1', CHAT_PORT: '1' })).toEqual([
    'CHAT_PROT is not a setting and is ignored. Did you mean CHAT_PORT?',
  ]);
  expect(unknownVariables(settings, { CHAT_SOMETHING_ELSE: '1' })).toEqual([
    'CHAT_SOMETHING_ELSE is not a setting and is ignored.',
  ]);
  expect(unknownVariables(settings, { chat_port: '1' })).toEqual([
    'chat_port is not a setting and is ignored. Did you mean CHAT_PORT?',
  ]);
});
