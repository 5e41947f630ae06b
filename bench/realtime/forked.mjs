// A server in a process of its own, so that its work and its memory are its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';

export async function forkServer(name, secret) {
  const file = new URL(`servers/${name}.mjs`, import.meta.url);
  const child = fork(file, {
    execArgv: ['--expose-gc'],
    env: { ...process.env, BENCH_SECRET: secret },
  });
  const [{ port }] = await once(child, 'message');
  return {
    port,
    async rss() {
      child.send('memory');
      const [{ rss }] = await once(child, 'message');
      return rss;
    },
    async stop() {
      const ended = once(child, 'exit');
      // It ends by itself then, so that a profile of it is written.
      child.disconnect();
      await ended;
    },
  };
}
