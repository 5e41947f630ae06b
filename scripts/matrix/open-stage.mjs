import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/**
 * Starts consumer/stage.mjs, so that the packed server is proven too.
 *
 * @param {string} project
 * @param {string} [node] the binary that runs it
 * @returns {Promise<{ said: string, close(): Promise<void> }>} what it said: where it is, as JSON
 */
export async function openStage(project, node = process.execPath) {
  const child = spawn(node, ['stage.mjs'], { cwd: project, stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  // Its log is of interest when something goes wrong with it.
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-4_000);
  });
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([
    once(lines, 'line').then(([line]) => line),
    ended.then(() => {
      throw new Error(`The server did not start:\n${log}`);
    }),
  ]);
  return {
    said,
    async close() {
      child.stdin.end();
      await ended;
    },
  };
}
