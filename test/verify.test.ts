import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings } from '../packages/server/src/cli/read-settings.js';
import { verify } from '../packages/server/src/cli/verify.js';
import { verifySettings } from '../packages/server/src/cli/verify-settings.js';
import { remoteHarness } from '../packages/server/src/conformance/remote-harness.js';
import { createMemoryStore } from '../packages/server/src/store/memory-store.js';
import { createFastifyHarness } from './conformance/fastify-harness.js';
import { createFaultProxy } from './conformance/fault-proxy.js';
import { faults } from './conformance/faults/index.js';
import { ChatProgram } from './support/chat-program.js';

type Server = Awaited<ReturnType<typeof createFastifyHarness>>;

let server: Server;
beforeAll(async () => {
  server = await createFastifyHarness({ store: createMemoryStore() });
});
afterAll(() => server.close());
// The allowance is whole again for every test.
beforeEach(() => server.wait(61_000));

/** The command in this process, so that its waits can turn the server's clock in place of a real minute. */
async function run(url: string, flags: Record<string, boolean> = {}) {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const terminal = { stdin: new PassThrough(), stdout, stderr, environment: {} };
  const settings = readSettings(verifySettings, { user: 'ada:s3cret', ...flags }, {});
  const waits: number[] = [];
  const failure = await verify(terminal, url, settings, (options) => ({
    ...remoteHarness(options),
    wait: async (ms) => {
      waits.push(ms);
      await server.wait(ms);
    },
  })).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { failure, waits, stdout: String(stdout.read() ?? '') };
}

describe('chat-server verify', () => {
  it('passes our own server, says a line a check and why it left some out', async () => {
    const { failure, stdout, waits } = await run(server.baseUrl);
    expect(failure, stdout).toBeUndefined();
    expect(stdout).toContain('✓ HIST-5    Pages join without gap and without overlap.');
    expect(stdout).toContain('skipped: it needs control over the backend');
    expect(stdout).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/);
    expect(stdout).not.toMatch(/s3cret|eyJ/);
    expect(waits.length).toBeGreaterThan(0);
  });

  it('says of a failure what was sent, what came and what the contract says', async () => {
    const hooks = faults.find(({ rule }) => rule === 'HIST-4')?.hooks?.() ?? {};
    const proxy = await createFaultProxy(server.baseUrl, hooks);
    const { failure, stdout } = await run(proxy.url, { core: true, json: true });
    await proxy.close();
    expect(failure).toBe(`${proxy.url} breaks 1 of the rules.`);
    const { failed, results } = JSON.parse(stdout) as {
      failed: number;
      results: { id: string; outcome: string }[];
    };
    expect(failed, stdout).toBe(1);
    expect(results.find(({ id }) => id === 'HIST-4')).toMatchObject({
      outcome: 'failed',
      says: 'A page past the end is empty and has the right total.',
      problem: expect.stringContaining('the total past the end: expected'),
      evidence: {
        sent: expect.stringContaining('GET /api/v1/chat/history'),
        came: expect.any(String),
      },
    });
    expect(results.find(({ id }) => id === 'ACK-1')).toMatchObject({ outcome: 'skipped' });
  });

  it('is a program that exits with 0 when the rules are kept and with 1 when not', async () => {
    const only = ['--only', 'MSG-3', '--only', 'HIST-4', '--user', 'ada:s3cret'];
    const good = new ChatProgram(['verify', server.baseUrl, ...only]);
    expect(await good.exit(), good.stdout).toBe(0);
    expect(good.stdout).toMatch(/\n2 passed, 0 failed, 0 skipped\n$/);
    const hooks = faults.find(({ rule }) => rule === 'HIST-4')?.hooks?.() ?? {};
    const proxy = await createFaultProxy(server.baseUrl, hooks);
    const bad = new ChatProgram(['verify', proxy.url, ...only]);
    expect(await bad.exit(), bad.stdout).toBe(1);
    expect(bad.stdout).toMatch(
      /✗ HIST-4 .*\n +the contract says: .*\n +what was wrong: .*\n +what was sent: .*\n +what came: /,
    );
    await proxy.close();
  });

  it.each([
    [['nonsense', '--user', 'ada:s3cret'], 2, 'The URL must be that of a backend'],
    [['http://127.0.0.1:9'], 2, '--user or CHAT_VERIFY_USER must be name:password'],
    [
      ['http://127.0.0.1:9', '--user', 'ada:s3cret', '--only', 'X-1'],
      2,
      '--only must be the name of a rule',
    ],
    [
      ['http://127.0.0.1:9', '--user', 'ada:s3cret'],
      1,
      'Nothing answers at http://127.0.0.1:9 (bad port).',
    ],
  ])('%j is one clear line', async (args, code, line) => {
    const program = new ChatProgram(['verify', ...args]);
    expect(await program.exit()).toBe(code);
    expect(program.stderr).toContain(line);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('tells https from http', async () => {
    const https = server.baseUrl.replace(/^http/, 'https');
    const program = new ChatProgram(['verify', https, '--user', 'ada:s3cret']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toBe(
      `chat-server: What answers at ${https} speaks no TLS: is it ${server.baseUrl}?\n`,
    );
  });

  it('tells a wrong password at once', async () => {
    const program = new ChatProgram(['verify', server.baseUrl, '--user', 'ada:wrong']);
    expect(await program.exit()).toBe(1);
    expect(program.stderr).toContain('does not let the user "ada" log in');
  });
});
