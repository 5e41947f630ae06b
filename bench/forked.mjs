// A program in its own process, so that its processor time and its memory can be measured.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * @param {URL} file of a program that calls `serve`
 * @param {Record<string, string>} environment
 */
export async function forkServer(file, environment) {
  const child = fork(file, {
    // With the flags of this process: `node --cpu-prof bench/run.mjs …` profiles both.
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, ...environment },
  });
  const [ready] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`${fileURLToPath(file)} exited before it was ready.`);
    }),
  ]);
  const request = async (message) => {
    child.send(message);
    const [response] = await once(child, 'message');
    return response;
  };
  return {
    ...ready,
    pid: child.pid,
    request,
    /** Bytes of resident memory. */
    rss: () => request('memory'),
    /** Milliseconds of processor time since the start. */
    cpu: () => request('cpu'),
    async stop() {
      const exited = once(child, 'exit');
      // The child exits by itself, so that Node writes its profile.
      child.disconnect();
      await exited;
    },
  };
}
