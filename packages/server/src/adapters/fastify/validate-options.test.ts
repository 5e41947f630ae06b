import { fastify } from 'fastify';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { cheapHasher } from '../../auth/cheap-hasher.js';
import { createChatServer } from '../../create-chat-server.js';
import { createMemoryStore } from '../../stores/memory/memory-store.js';
import { chatPlugin } from './chat-plugin.js';

const ada = { username: 'ada', password: 's3cret' };
const jwtSecret = 'a secret of at least thirty-two bytes';

const invalid: [options: object | string, message: RegExp][] = [
  [{ user: [ada] }, /^Option "user" is unknown: expected one of users, assistant, store, /],
  [{ jwtsecret: jwtSecret }, /"jwtsecret" is unknown: .* jwtSecret, /],
  [{ port: 3000 }, /"port" is unknown/],
  [
    './chat.db',
    /^Options are invalid: expected an object with users, .*, received ".\/chat.db"\.$/,
  ],
  [{ users: ada }, /^Option "users" is invalid: expected a list of { username, password }, both/],
  [
    { users: [{ name: 'ada', password: 'x' }] },
    /^Option "users\.0" is invalid: .*, both strings\.$/,
  ],
  [{ users: [{ username: ' ', password: 'x' }] }, /^Option "users\.0" is invalid: .* A username /],
  [{ users: [{ username: 'ada', password: '' }] }, /A password must not be empty/],
  [
    { corsOrigins: ['http://localhost:5173/'] },
    /"corsOrigins\.0" is invalid: expected an origin.*received "http:\/\/localhost:5173\/"\.$/,
  ],
  [{ corsOrigins: ['localhost'] }, /expected an origin such as "https:.*received "localhost"/],
  [
    { corsOrigins: 'http://localhost:5173' },
    /"corsOrigins" is invalid: expected a list of origins/,
  ],
  [
    { limits: { messagesPerMinute: 1 } },
    /^Option "limits\.messagesPerMinute" is unknown: expected one of .* messagesPerWindow/,
  ],
  [{ limits: { messagesPerWindow: -3 } }, /"limits.messagesPerWindow" .* received -3\.$/],
  [{ limits: { messagesPerWindow: '3' } }, /"limits.messagesPerWindow" .* received "3"\.$/],
  [
    { limits: { tokenLifetimeMs: 999_999_999_999 } },
    /"limits.tokenLifetimeMs" is invalid: expected a number from 0 to 315576000000/,
  ],
  [
    { assistant: async () => 'x' },
    /^Option "assistant" is invalid: expected an assistant.* with reply\(\), received a function\.$/,
  ],
  [{ assistant: {} }, /"assistant" .* with reply\(\), received an object/],
  [{ store: './x.db' }, /^Option "store" is invalid: expected a store .*addUser\(\), .*"\.$/],
  [{ store: Promise.resolve(createMemoryStore()) }, /"store" .* a promise: await it\.$/],
  [{ shared: Promise.resolve({}) }, /"shared" .* a promise: await it\.$/],
  [{ shared: { limiter: {} } }, /"shared.limiter" is invalid: expected a rate limiter/],
  [{ clock: Date }, /"clock" is invalid: expected a clock with now\(\), after\(\)/],
  [{ jwtSecret: '' }, /^Option "jwtSecret" is invalid: .* 32 bytes.* variable CHAT_JWT_SECRET set/],
  [{ jwtSecret: 'hunter2' }, /^Option "jwtSecret" is invalid: .* 32 bytes, such as "openssl/],
  [{ timeZone: 'Mars/Base' }, /^Option "timeZone" is invalid: expected the IANA name/],
  [{ drainTimeoutMs: 2_147_483_648 }, /"drainTimeoutMs" .* a number from 0 to 86400000/],
  [{ bodyLimitBytes: '1' }, /"bodyLimitBytes"/],
  [{ users: 'ada:hunter2' }, /"users" is invalid: expected a list of .*, both strings\.$/],
  [{ metrics: 'on' }, /"metrics" is invalid: expected true, false or what createChatMetrics\(\)/],
  [{ healthRoutes: 'off' }, /"healthRoutes" is invalid: expected true or false/],
  [{ staticDir: './public' }, /"staticDir" is invalid: expected the absolute path of a directory/],
  [{ passwords: {} }, /"passwords" is invalid/],
  [{ passwords: { ...cheapHasher, concurrency: 0 } }, /"passwords.concurrency" is invalid: .*1/],
  [{ tokens: {} }, /"tokens" is invalid/],
];

const invalidForServer: typeof invalid = [
  [
    { logger: true },
    /^Option "logger" is invalid: .* pino\(\), an object with trace\(\), .*true\.$/,
  ],
  [{ timeouts: { headerMs: 1 } }, /^Option "timeouts\.headerMs" is unknown: .* headersMs/],
  [{ timeouts: { idleMs: 2 ** 31 } }, /"timeouts.idleMs" is invalid: expected a number from 1 to/],
  [{ trustProxy: true }, /"trustProxy" is invalid: expected the number of proxies/],
  [{ trustProxy: ['10.0.0.0/99'] }, /"trustProxy" is invalid: expected the number of proxies/],
  [{ trustProxy: ['0.0.0.0/0'] }, /"trustProxy" is invalid: expected the number of proxies/],
  [{ prefix: '/support' }, /"prefix" is unknown/],
];

test.each([...invalid, ...invalidForServer])(
  'createChatServer rejects %o and explains what is valid',
  async (options, message) => {
    const error = await createChatServer(options as object).then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message).not.toMatch(/s3cret|hunter2/);
  },
);

test.each(invalid)('chatPlugin rejects %o too', async (options, message) => {
  const host = fastify();
  const given = typeof options === 'string' ? () => options as never : options;
  await expect(async () => host.register(chatPlugin, given)).rejects.toThrow(message);
  await host.close();
});

test.each([{ jwtSecret: 'hunter2' }, { timeZone: 'Mars/Base' }])(
  'rejects %o with a RangeError',
  async (options) => {
    await expect(createChatServer(options)).rejects.toThrow(RangeError);
  },
);

test('accepts valid options, and those of Fastify itself', async () => {
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
