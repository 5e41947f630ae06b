import { fileURLToPath } from 'node:url';
import { x } from 'tinyexec';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a program and resolves with its output. Programs in `node_modules/.bin` are found by name.
 *
 * @param {string} command
 * @param {string[]} parameters
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {Record<string, string>} [options.env] added to the variables of this process
 * @param {number} [options.timeoutMs]
 * @param {boolean} [options.show] prints the output at once instead of collecting it
 * @returns {Promise<{ stdout: string, stderr: string }>}
 * @throws {Error} with the output, when the program fails or does not end in time
 */
export async function run(command, parameters = [], options = {}) {
  const { cwd = root, env, timeoutMs, show = false } = options;
  const child = x(command, parameters, {
    ...(timeoutMs !== undefined && { timeout: timeoutMs }),
    nodeOptions: { cwd, env, stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'] },
  });
  const { stdout, stderr, exitCode } = await child;
  if (child.aborted) throw new Error(`${command} did not end within ${timeoutMs} ms.\n${stderr}`);
  if (exitCode !== 0) {
    const reason = `"${[command, ...parameters].join(' ')}" ended with ${exitCode}.`;
    throw Object.assign(new Error(`${reason}\n${stdout}\n${stderr}`.trim()), { stdout });
  }
  return { stdout, stderr };
}
