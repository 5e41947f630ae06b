import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '../../chat-page-test/eventually.mjs';
import { freePort } from '../../chat-page-test/free-port.mjs';

/** Starts the built application. */
export async function serveNext(chatServer) {
  const port = await freePort();
  const program = fileURLToPath(new URL('../node_modules/next/dist/bin/next', import.meta.url));
  const server = spawn(process.execPath, [program, 'start', '-p', `${port}`, '-H', '127.0.0.1'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CHAT_SERVER_URL: chatServer, NEXT_TELEMETRY_DISABLED: '1' },
  });
  const exit = once(server, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  await eventually(() => fetch(origin));
  return {
    origin,
    async close() {
      server.kill();
      await exit;
    },
  };
}
