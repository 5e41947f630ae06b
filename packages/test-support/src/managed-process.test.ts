import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { freePort, ManagedProcess, withTimeout } from './index.js';

const nodeProcess = (script: string, timeoutMs = 30_000) =>
  new ManagedProcess(() => ({
    name: 'The script',
    command: process.execPath,
    args: ['-e', script],
    ready: /ready (\d)/,
    timeoutMs,
  }));

const runsUntilSignal = 'console.log("ready 1"); setInterval(() => {}, 1000)';

test('waits for the ready line, and starts again after a stop', async () => {
  const child = nodeProcess(runsUntilSignal);
  expect((await child.spawn().ready())[1]).toBe('1');
  expect(child.isRunning).toBe(true);
  expect(await child.stop()).toBe('SIGTERM');
  expect(child.isRunning).toBe(false);
  await child.start();
  child.signal('SIGSTOP');
  await child.kill();
  await child.kill();
  expect(child.isRunning).toBe(false);
  expect(child.log).toBe('ready 1\nready 1\n');
});

test('stops a frozen process', async () => {
  const child = nodeProcess(runsUntilSignal);
  await child.start();
  child.signal('SIGSTOP');
  expect(await child.stop()).toBe('SIGTERM');
});

test('shows the output of a process that ends too early', async () => {
  const child = nodeProcess('console.error("no disk"); process.exitCode = 3');
  await expect(child.start()).rejects.toThrow('ended with 3 before it was ready:\nno disk');
  expect(await child.exit()).toBe(3);
  expect(child.stderr).toBe('no disk\n');
});

test('rejects when the program does not exist, is not ready in time or was not started', async () => {
  const missing = { name: 'x', command: '/nowhere/x', args: [], ready: /x/ };
  await expect(new ManagedProcess(() => missing).start()).rejects.toThrow('ENOENT');
  const silent = nodeProcess('setInterval(() => {}, 1000)', 200);
  await expect(silent.start()).rejects.toThrow('The script was not ready within 200 ms');
  await silent.kill();
  await expect(nodeProcess('').exit()).rejects.toThrow('The script was not started.');
});

test('reports a timeout with a message that is created at that time', async () => {
  let state = 'early';
  const never = new Promise(() => {});
  const waiting = withTimeout(never, 20, () => `Still ${state}.`);
  state = 'waiting';
  await expect(waiting).rejects.toThrow('Still waiting.');
  expect(await withTimeout(Promise.resolve('done'), 20, 'Too late.')).toBe('done');
});

test('finds a free port', async () => {
  const socket = connect(await freePort(), '127.0.0.1');
  await expect(new Promise((_, reject) => socket.on('error', reject))).rejects.toThrow(
    'ECONNREFUSED',
  );
});
