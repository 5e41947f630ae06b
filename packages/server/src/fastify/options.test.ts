import { fastify } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { createChatServer } from '../create-chat-server.js';
import { openSqliteStore } from '../store/sqlite-store.js';
import { chatPlugin } from './chat-plugin.js';

const ada = { username: 'ada', password: 's3cret' };
const jwtSecret = 'a secret of at least thirty-two bytes';

const wrong: [options: object | string, said: RegExp][] = [
  [{ user: [ada] }, /^There is no option "user": there are users, assistant, store, /],
  [{ jwtsecret: jwtSecret }, /no option "jwtsecret": .* jwtSecret, /],
  [{ port: 3000 }, /no option "port"/],
  ['./chat.db', /^The options must be an object with users, .*, not ".\/chat.db"\.$/],
  [{ users: ada }, /^Option "users" must be a list of { username, password }, both strings\.$/],
  [{ users: [{ name: 'ada', password: 'x' }] }, /^Option "users" must be a list of/],
  [{ users: [{ username: ' ', password: 'x' }] }, /^Option "users": A username /],
  [{ users: [{ username: 'ada', password: '' }] }, /"users": A password must not be empty/],
  [
    { corsOrigins: ['http://localhost:5173/'] },
    /"corsOrigins" .*"http:\/\/localhost:5173\/" is none/,
  ],
  [
    { corsOrigins: ['localhost'] },
    /"corsOrigins" must be a list of origins, such as "https:.*"localhost"/,
  ],
  [{ corsOrigins: 'http://localhost:5173' }, /"corsOrigins" must be a list of origins/],
  [
    { limits: { messagesPerMinute: 1 } },
    /^Option "limits" has no "messagesPerMinute": .* messagesPerWindow/,
  ],
  [{ limits: { messagesPerWindow: -3 } }, /"limits.messagesPerWindow" must be .*, not -3\.$/],
  [{ limits: { messagesPerWindow: '3' } }, /"limits.messagesPerWindow" must be .*, not "3"\.$/],
  [
    { limits: { tokenLifetimeMs: 999_999_999_999 } },
    /"limits.tokenLifetimeMs" must be a number from 0 to 315576000000/,
  ],
  [
    { assistant: async () => 'x' },
    /^Option "assistant" must be an object with a method reply.*no reply\(\)/,
  ],
  [{ assistant: {} }, /"assistant" must be an object with a method reply/],
  [{ store: './x.db' }, /^Option "store" must be a store, .*: this has no addUser\(\)\.$/],
  [{ store: openSqliteStore({ path: ':memory:' }) }, /"store" .*: await this promise\.$/],
  [{ shared: Promise.resolve({}) }, /"shared" .*: await this promise\.$/],
  [{ shared: { limiter: {} } }, /"shared.limiter" must be a limiter/],
  [{ clock: Date }, /"clock" must be a clock: this has no after\(\)/],
  [{ jwtSecret: '' }, /^Option "jwtSecret" must be .* 32 bytes.* variable .*CHAT_JWT_SECRET\?$/],
  [{ jwtSecret: 'hunter2' }, /^Option "jwtSecret" must be .* 32 bytes, such as "openssl/],
  [{ timeZone: 'Mars/Base' }, /^Option "timeZone" must be the IANA name/],
  [{ drainTimeoutMs: 2_147_483_648 }, /"drainTimeoutMs" must be a number from 0 to 86400000/],
  [{ bodyLimitBytes: '1' }, /"bodyLimitBytes"/],
  [{ metrics: 'on' }, /"metrics" must be true, false or a registry/],
  [{ operations: 'off' }, /"operations" must be true or false/],
  [{ staticDir: './public' }, /"staticDir" must be the absolute path of a directory/],
  [{ passwords: {} }, /"passwords" must be/],
  [{ tokens: {} }, /"tokens" must be/],
];

const ofServer: typeof wrong = [
  [
    { logger: true },
    /^Option "logger" must be a logger, as pino\(\) gives one: this has no trace\(\)\.$/,
  ],
  [{ timeouts: { headerMs: 1 } }, /^Option "timeouts" has no "headerMs": there are headersMs/],
  [{ timeouts: { idleMs: 2 ** 31 } }, /"timeouts.idleMs" must be a number from 1 to/],
  [{ trustProxy: true }, /"trustProxy" must be the number of proxies/],
  [{ trustProxy: ['10.0.0.0/99'] }, /"trustProxy" must be the number of proxies/],
  [{ trustProxy: ['0.0.0.0/0'] }, /"trustProxy" must be the number of proxies/],
  [{ prefix: '/support' }, /no option "prefix"/],
];

test.each([...wrong, ...ofServer])(
  'a server refuses %o and says what would be right',
  async (options, said) => {
    await expect(createChatServer(options as object)).rejects.toThrow(said);
    const refused = await createChatServer(options as object).catch(
      (error: Error) => error.message,
    );
    expect(refused).not.toMatch(/s3cret|hunter2/);
  },
);

test.each(wrong)('the plugin refuses %o as well', async (options, said) => {
  const host = fastify();
  const given = typeof options === 'string' ? () => options as never : options;
  await expect(async () => host.register(chatPlugin, given)).rejects.toThrow(said);
  await host.close();
});

test('what Fastify takes with a plugin, and what is right, is taken', async () => {
  const host = fastify();
  await host.register(chatPlugin, {
    prefix: '/support',
    logLevel: 'warn',
    logSerializers: {},
    corsOrigins: ['https://chat.example.com', 'capacitor://localhost', '*', 'null'],
    limits: { messagesPerWindow: Number.POSITIVE_INFINITY, windowMs: undefined as never },
    users: [],
  });
  expect((await host.inject('/support/readyz')).statusCode).toBe(200);
  await host.close();
  const app = await createChatServer({
    jwtSecret,
    logger: pino({ level: 'silent' }),
    trustProxy: ['loopback', '10.0.0.0/8', '::1'],
    timeZone: 'Europe/Berlin',
    timeouts: { idleMs: undefined as never },
    limits: { assistantTimeoutMs: Number.POSITIVE_INFINITY },
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await app.close();
});
