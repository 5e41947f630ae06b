// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { createBackend } from '../src/backend.js';

// Whatever backend you write can be checked like this, by a program that knows nothing of it but its URL.
test('keeps the core of the contract, says chat-server verify', async () => {
  // The checks spend whole allowances and wait for them: a short minute, and many logins in it.
  const limits = { minuteMs: 3_000, loginsPerMinute: 20, messagesPerMinute: 30 };
  const backend = createBackend({ users: { ada: 's3cret' }, limits });
  const url = await backend.listen();
  const flags = ['--user', 'ada:s3cret', '--core', '--json'];
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
});

/**
 * @param {string} command
 * @param {string[]} parameters
 * @returns {Promise<{ error: Error | null, stdout: string }>}
 */
function run(command, parameters) {
  return new Promise((resolve) => {
    execFile(command, parameters, (error, stdout) => resolve({ error, stdout }));
  });
}
