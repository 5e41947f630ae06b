// A program in a process of its own, so that its work and its memory are its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';

/**
 * @param {URL} file of a program that calls `serve`
 * @param {Record<string, string>} environment
 */
export async function forkServer(file, environment) {
  const child = fork(file, {
    // Its parent's own flags too, so that `node --cpu-prof bench/run.mjs …` profiles both.
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, ...environment },
  });
  const [ready] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`${file.pathname} ended before it was ready.`);
    }),
  ]);
  const ask = async (question) => {
    child.send(question);
    const [answer] = await once(child, 'message');
    return answer;
  };
  return {
    ...ready,
    ask,
    /** Bytes of resident memory. */
    rss: () => ask('memory'),
    /** Milliseconds of processor time since it began. */
    cpu: () => ask('cpu'),
    async stop() {
      const ended = once(child, 'exit');
      // It ends by itself then, so that a profile of it is written.
      child.disconnect();
      await ended;
    },
  };
}
