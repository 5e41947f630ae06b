// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { createBackend } from '../src/backend.js';

// You can check any backend like this; the program needs only its URL and two test users.
test('passes the checks of chat-server verify, with its extensions', async () => {
  // The checks exhaust rate limits and wait for them, so use a short window and allow more logins.
  const limits = { minuteMs: 3_000, loginsPerMinute: 20, messagesPerMinute: 30 };
  const backend = createBackend({ users: { ada: 's3cret', bob: 'hunter2' }, limits });
  const url = await backend.listen();
  const flags = ['--user', 'ada:s3cret', '--user', 'bob:hunter2', '--json'];
  flags.push('--limit-window-ms', '3000', '--logins-per-minute', '20');
  flags.push('--messages-per-minute', '30');
  const parameters = ['--no-install', 'chat-server', 'verify', url, ...flags];
  const { error, stdout } = await run('npx', parameters);
  await backend.crash();
  const { passed, results } = JSON.parse(stdout);
  assert.deepEqual(
    results.filter(({ outcome }) => outcome === 'failed'),
    [],
  );
  assert.equal(error, null);
  assert.ok(passed > 40, `${passed} rules were checked.`);
  const checked = results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id);
  for (const id of ['REPLY-1', 'TYPE-2', 'STOP-2', 'REGEN-1', 'NEW-1']) {
    assert.ok(checked.includes(id), `${id} was not checked.`);
  }
});

/**
 * @param {string} command
 * @param {string[]} parameters
 * @returns {Promise<{ error: Error | null, stdout: string }>}
 */
function run(command, parameters) {
  return new Promise((resolve) => {
    // On Windows, npx is a script that only a shell runs.
    const options = { shell: process.platform === 'win32' };
    execFile(command, parameters, options, (error, stdout) => resolve({ error, stdout }));
  });
}
