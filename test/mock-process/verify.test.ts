import { PassThrough } from 'node:stream';
import { connectMock, type StartedMock, startMock } from '@chat/server/mock';
import { ServerProcess } from '@chat/test-support';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verify } from '../../packages/server/src/cli/commands/verify.js';
import { verifySettings } from '../../packages/server/src/cli/settings/command-settings.js';
import { readSettings } from '../../packages/server/src/cli/settings/read-settings.js';
import { createRemoteHarness } from '../../packages/server/src/cli/verify/remote-harness.js';

let mock: StartedMock;
beforeAll(async () => {
  mock = await startMock({
    users: [
      { username: 'ada', password: 's3cret' },
      { username: 'bob', password: 'hunter2' },
    ],
  });
});
afterAll(() => mock?.stop());

it('passes `chat-server verify`', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdin: new PassThrough(), stdout, stderr, environment: {} };
  const flags = { user: ['ada:s3cret', 'bob:hunter2'] };
  // The waits of the checks advance the clock of the mock and take no real time.
  const harness: typeof createRemoteHarness = (options) => ({
    ...createRemoteHarness(options),
    wait: (ms) => connectMock(mock.url).advance(ms),
  });
  const problem = await verify(
    terminal,
    mock.url,
    readSettings(verifySettings, flags, {}),
    harness,
  ).then(
    () => '',
    (error: Error) => error.message,
  );
  const output = String(stdout.read() ?? '');
  expect(problem, output).toBe('');
  expect(output).toMatch(/\n\d+ passed, 0 failed, \d+ skipped\n$/);
});

it('passes rules of `chat-server verify` as a program', async () => {
  await mock.advance(60_000);
  const program = ServerProcess.run([
    'verify',
    mock.url,
    '--user=ada:s3cret',
    '--only=MSG-3',
    '--only=HIST-4',
  ]);
  expect(await program.exit(), program.stdout).toBe(0);
  expect(program.stdout).toContain('2 passed, 0 failed');
});
