import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { run } from '../lib/run.mjs';
import { startFaultyServer } from './faulty-server.mjs';

/**
 * A row whose programs are run by one binary, next to the packed server.
 *
 * @param {object} row
 * @param {(project: string) => Promise<{ binary: string, version: string }>} row.runtime
 * @param {(project: string, server: string) => Promise<void>} [row.prepare]
 * @param {{ how: string, parameters: string[], env?: object, fault?: string, note?: (stdout: string) => string }[]}
 *   row.programs `fault` also starts a faulty server
 * @param {boolean} [row.serverOnRuntime] runs the packed server with the same binary
 */
export function runPrograms({ runtime, prepare, programs, serverOnRuntime = false }) {
  return async ({ project, check }) => {
    const { binary, version } = await runtime(project);
    const work = async (server) => {
      await prepare?.(project, server);
      for (const { how, parameters, env, fault, note = lastStep } of programs) {
        await check(version, how, async () => {
          const faulty = fault === undefined ? undefined : await startFaultyServer(fault);
          try {
            const { stdout } = await run(binary, parameters, {
              cwd: project,
              env: { CHAT_TEST_SERVER: server, NO_COLOR: '1', ...env, ...faulty?.env },
              timeoutMs: 90_000,
            });
            return note(stdout);
          } finally {
            await faulty?.close();
          }
        });
      }
    };
    await withTestServer(project, work, serverOnRuntime ? binary : process.execPath);
  };
}

/** Runs consumer/test-server.mjs while `work` runs, which gets the addresses that the server printed, as JSON. */
export async function withTestServer(project, work, node = process.execPath) {
  const child = spawn(node, ['test-server.mjs'], { cwd: project, stdio: 'pipe' });
  const exited = once(child, 'close');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-4_000);
  });
  try {
    const addresses = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line').then(([line]) => line),
      exited.then(() => {
        throw new Error(`The server did not start:\n${log}`);
      }),
    ]);
    await work(addresses);
  } finally {
    child.stdin.end();
    await exited;
  }
}

/** How far the suite got: it prints its steps as JSON. */
export function lastStep(stdout) {
  const steps = JSON.parse(stdout.trim().split('\n').at(-1));
  if (steps.at(-1) !== 'close') throw new Error(`The suite stopped after: ${steps.join(', ')}.`);
  return `${steps.length} steps`;
}
