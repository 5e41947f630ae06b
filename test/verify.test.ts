import { PassThrough } from 'node:stream';
import { checks } from '@chat/conformance';
import { ServerProcess } from '@chat/test-support';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verify } from '../packages/server/src/cli/commands/verify.js';
import { verifySettings } from '../packages/server/src/cli/settings/command-settings.js';
import { readSettings } from '../packages/server/src/cli/settings/read-settings.js';
import { createRemoteHarness } from '../packages/server/src/cli/verify/remote-harness.js';
import { createMemoryStore } from '../packages/server/src/stores/memory/memory-store.js';
import { createFastifyHarness } from './conformance/fastify-harness.js';
import { createFaultProxy } from './conformance/fault-proxy.js';
import { faults } from './conformance/faults/index.js';

type Server = Awaited<ReturnType<typeof createFastifyHarness>>;

let server: Server;
beforeAll(async () => {
  server = await createFastifyHarness({ store: createMemoryStore() });
});
afterAll(() => server.close());
// Resets the rate limits before each test.
beforeEach(() => server.wait(61_000));

const users = ['ada:s3cret', 'bob:hunter2'];
const secret = 'a secret of the tests, long enough for HS256';

/** Runs the command in this process. Its waits advance the clock of the server and take no real time. */
async function run(
  url: string,
  flags: Record<string, boolean | string | string[]> = {},
  backend = server,
) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const terminal = { stdin: new PassThrough(), stdout, stderr, environment: {} };
  const settings = readSettings(verifySettings, { user: 'ada:s3cret', ...flags }, {});
  const waits: number[] = [];
  const failure = await verify(terminal, url, settings, (options) => ({
    ...createRemoteHarness(options),
    wait: async (ms) => {
      waits.push(ms);
      await backend.wait(ms);
    },
  })).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failure, waits, stdout: String(stdout.read() ?? '') };
}

describe('chat-server verify', () => {
  it('passes the server of this package and prints one line per check, with the reason for each skip', async () => {
    const { failure, stdout, waits } = await run(server.baseUrl, { user: users, secret });
    expect(failure, stdout).toBeUndefined();
    expect(stdout).toContain('✓ HIST-5    Pages join without gap and without overlap.');
    for (const rule of ['ISO-1', 'ISO-6', 'TOKEN-4', 'WS-11'])
      expect(stdout).toContain(`✓ ${rule}`);
    expect(stdout).toContain('skipped: it needs control over the backend');
    expect(stdout).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/);
    expect(stdout).not.toMatch(/s3cret|hunter2|eyJ|of the tests/);
    expect(waits.length).toBeGreaterThan(0);
  });

  it('lists every core rule that it did not test, with the reason', async () => {
    const flags = { only: ['HIST-1', 'ISO-1', 'TOKEN-4', 'FEED-3'] };
    const { failure, stdout } = await run(server.baseUrl, flags);
    expect(failure, stdout).toBeUndefined();
    const [, list] = stdout.split('2 core rules were not tested:');
    expect(list).toBe(`
  TOKEN-4   its tokens live for 3600 s: set CHAT_VERIFY_SECRET to the key that signs them, or give them a lifetime of at most 300 s
  ISO-1     it needs a second user: repeat --user with another name

1 passed, 0 failed, 3 skipped
`);
    const { stdout: json } = await run(server.baseUrl, { ...flags, json: true });
    expect(JSON.parse(json)).toMatchObject({
      passed: 1,
      failed: 0,
      skipped: 3,
      untestedCore: [
        { id: 'TOKEN-4', reason: expect.stringContaining('3600 s') },
        { id: 'ISO-1', reason: expect.stringContaining('second user') },
      ],
    });
  });

  it('skips a rule only with a reason, and never passes an isolation rule with one user', async () => {
    const only = checks.filter(({ needs }) => needs?.includes('second-user')).map(({ id }) => id);
    const { stdout } = await run(server.baseUrl, { only });
    expect(stdout).toContain(`0 passed, 0 failed, ${only.length} skipped`);
  });

  const detected = faults.filter(({ ruleId }) => /^(ISO-\d|TOKEN-4|WS-11)$/.test(ruleId));
  it.each(detected.map((fault) => [fault.ruleId, fault.behaviour, fault] as const))(
    'reports %s when a backend %s',
    async (ruleId, _behaviour, fault) => {
      const proxy = await createFaultProxy(server.baseUrl, fault.hooks?.() ?? {});
      const flags = { user: users, secret, only: [ruleId], 'timeout-ms': '2000' };
      const { failure, stdout } = await run(proxy.url, flags);
      await proxy.close();
      expect(stdout).toContain(`✗ ${ruleId}`);
      expect(failure).toBe(`${proxy.url} violates 1 of the rules.`);
    },
  );

  it('waits for the expiry of tokens with a short lifetime', async () => {
    const short = await createFastifyHarness({
      store: createMemoryStore(),
      limits: { tokenLifetimeMs: 120_000 },
    });
    const { failure, stdout, waits } = await run(
      short.baseUrl,
      { only: ['TOKEN-4', 'WS-11'] },
      short,
    );
    await short.close();
    expect(failure, stdout).toBeUndefined();
    expect(stdout).toContain('2 passed, 0 failed, 0 skipped');
    expect(waits).toEqual([121_000, 121_000]);
  });

  it('reports the sent request, the received response and the rule for a failure', async () => {
    const hooks = faults.find(({ ruleId }) => ruleId === 'HIST-4')?.hooks?.() ?? {};
    const proxy = await createFaultProxy(server.baseUrl, hooks);
    const { failure, stdout } = await run(proxy.url, { core: true, json: true });
    await proxy.close();
    expect(failure).toBe(`${proxy.url} violates 1 of the rules.`);
    const { failed, results } = JSON.parse(stdout) as {
      failed: number;
      results: { id: string; outcome: string }[];
    };
    expect(failed, stdout).toBe(1);
    expect(results.find(({ id }) => id === 'HIST-4')).toMatchObject({
      outcome: 'failed',
      rule: 'A page past the end is empty and has the right total.',
      problem: expect.stringContaining('the total past the end: expected'),
      evidence: {
        sent: expect.stringContaining('GET /api/v1/chat/history'),
        received: expect.any(String),
      },
    });
    expect(results.find(({ id }) => id === 'ACK-1')).toMatchObject({ outcome: 'skipped' });
  });

  it('exits with 0 if the backend follows the rules and with 1 if not', async () => {
    const only = ['--only', 'MSG-3', '--only', 'HIST-4', '--user', 'ada:s3cret'];
    const valid = ServerProcess.run(['verify', server.baseUrl, ...only]);
    expect(await valid.exit(), valid.stdout).toBe(0);
    expect(valid.stdout).toMatch(/\n2 passed, 0 failed, 0 skipped\n$/);
    const hooks = faults.find(({ ruleId }) => ruleId === 'HIST-4')?.hooks?.() ?? {};
    const proxy = await createFaultProxy(server.baseUrl, hooks);
    const faulty = ServerProcess.run(['verify', proxy.url, ...only]);
    expect(await faulty.exit(), faulty.stdout).toBe(1);
    expect(faulty.stdout).toMatch(
      /✗ HIST-4 .*\n +rule: .*\n +problem: .*\n +sent: .*\n +received: /,
    );
    await proxy.close();
  });

  it.each([
    [['nonsense', '--user', 'ada:s3cret'], 2, '<url> is invalid: expected the URL of a backend'],
    [['http://127.0.0.1:9'], 2, '--user or CHAT_VERIFY_USER is required'],
    [
      ['http://127.0.0.1:9', '--user', 'ada:s3cret', '--only', 'X-1'],
      2,
      '--only or CHAT_VERIFY_ONLY is invalid: expected the name of a rule',
    ],
    [
      ['http://127.0.0.1:9', '--user', 'ada:s3cret', '--user', 'ada:other'],
      2,
      '--user or CHAT_VERIFY_USER is invalid: expected one user, or two with different names.',
    ],
    [
      ['http://127.0.0.1:9', '--user', 'ada:s3cret'],
      1,
      'http://127.0.0.1:9 does not respond (bad port).',
    ],
  ])('rejects %j with one line on stderr', async (args, code, message) => {
    const program = ServerProcess.run(['verify', ...args]);
    expect(await program.exit()).toBe(code);
    expect(program.stderr).toContain(message);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('suggests http if the backend does not support TLS', async () => {
    const https = server.baseUrl.replace(/^http/, 'https');
    const program = ServerProcess.run(['verify', https, '--user', 'ada:s3cret']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toBe(
      `chat-server: ${https} does not support TLS: try ${server.baseUrl}.\n`,
    );
  });

  it('reports a wrong secret at once, without repeating it', async () => {
    const { failure, stdout } = await run(server.baseUrl, { secret: 'not the secret' });
    expect(failure).toContain('--secret or CHAT_VERIFY_SECRET is invalid: expected the key');
    expect(`${failure}${stdout}`).not.toContain('not the secret');
  });

  it('reports a wrong password at once', async () => {
    const program = ServerProcess.run(['verify', server.baseUrl, '--user', 'ada:wrong']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toContain('rejects the password of the user "ada"');
  });
});
