import { describe, expect, test } from 'vitest';
import { readSettings } from './read-settings.js';
import { SettingError } from './setting-error.js';
import { settings } from './settings.js';
import { unknownVariables } from './unknown-variables.js';

const read = (flags = {}, environment = {}) => readSettings(settings, flags, environment);

test('without anything given, the defaults are those of the document and wrong for nobody', () => {
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

test('a flag comes before its variable, and an empty variable is not set', () => {
  expect(read({ port: '1' }, { CHAT_PORT: '2' }).port).toBe(1);
  expect(read({}, { CHAT_PORT: '2' }).port).toBe(2);
  expect(read({}, { CHAT_PORT: '' }).port).toBe(3000);
});

test('a switch is turned off by its variable as well as on', () => {
  expect(read({}, { CHAT_DEMO: 'false' }).demo).toBe(false);
  expect(read({}, { CHAT_DEMO: '1' }).demo).toBe(true);
  expect(read({ demo: true }, { CHAT_DEMO: 'no' }).demo).toBe(true);
});

test('a list is a flag several times or a variable with commas', () => {
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

describe('refuses in one sentence that names flag and variable', () => {
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
  ])('%o %o', (flags, environment) => {
    expect(() => read(flags, environment)).toThrow(SettingError);
    expect(() => read(flags, environment)).toThrow(
      /^--[\w-]+ or CHAT_\w+ must be [^\n]+, not ".*"\.$/,
    );
  });

  test('also a user whose name can be none', () => {
    for (const name of [' ', 'x'.repeat(256), 'a\u0000b']) {
      expect(() => read({ user: [`${name}:x`] })).toThrow(
        /^--user or CHAT_USER must be name:password with a name of 1 to 255 characters\.$/,
      );
    }
  });

  test('and says that commas part a variable, when that is what broke it', () => {
    expect(() => read({}, { CHAT_USER: 'ada:s3,cret' })).toThrow(
      /^--user or CHAT_USER must be name:password, such as ada:s3cret; commas part the values of CHAT_USER\.$/,
    );
  });

  test('but never shows a secret', () => {
    expect(() => read({}, { CHAT_JWT_SECRET: 'hunter2' })).toThrow(
      /^CHAT_JWT_SECRET must be at least/,
    );
    for (const user of ['hunter2', ':hunter2', 'hunter2:']) {
      expect(() => read({ user: [user] })).toThrow(
        /^--user or CHAT_USER must be name:password, such as ada:s3cret\.$/,
      );
    }
  });
});

test('a variable that is nearly one of ours is asked about, one of others is not', () => {
  expect(unknownVariables(settings, { CHAT_PROT: '1', PORT: '1', CHAT_PORT: '1' })).toEqual([
    'CHAT_PROT is not a setting and is ignored. Did you mean CHAT_PORT?',
  ]);
  expect(unknownVariables(settings, { CHAT_SOMETHING_ELSE: '1' })).toEqual([
    'CHAT_SOMETHING_ELSE is not a setting and is ignored.',
  ]);
});
