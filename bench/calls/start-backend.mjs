import { fork } from 'node:child_process';
import { once } from 'node:events';

export async function startBackend() {
  const child = fork(new URL('backend.mjs', import.meta.url));
  const [port] = await once(child, 'message');
  return {
    origin: `http://127.0.0.1:${port}`,
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
