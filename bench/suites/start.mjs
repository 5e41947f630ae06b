// The time that `npx chat-server` takes until it responds, without npx itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { firstResponse } from '../start/first-response.mjs';

const program = fileURLToPath(new URL('../../packages/server/dist/cli.cjs', import.meta.url));
const bare = fileURLToPath(new URL('../start/servers/bare-fastify.mjs', import.meta.url));

async function prepare() {
  const folder = await mkdtemp(join(tmpdir(), 'chat-bench-'));
  return {
    start: () =>
      firstResponse([program, 'start', '--port', '0', '--data', join(folder, 'chat.db')], {
        CHAT_LOG_LEVEL: 'warn',
      }),
    startBare: () => firstResponse([bare]),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export const start = {
  name: 'start',
  title: 'Start of the program',
  about:
    'From the start of the process to the response to `GET /healthz`. Our program has its default settings and a SQLite file, which exists after the first round; the other one is a Fastify application with this route only.',
  notes:
    'What makes the start short: [What an installation of the server contains](decisions/small-installation.md#the-start-of-the-program).',
  prepare,
  measurements: [
    {
      name: 'first-response',
      title: 'chat-server, from its start to the first response',
      rounds: 20,
      smokeRounds: 3,
      candidate: 'chat-server',
      baselines: { 'bare Fastify': { atMost: 1.5, smoke: { atMost: 3, gate: true } } },
      peers: ({ start, startBare }) => ({ 'chat-server': start, 'bare Fastify': startBare }),
    },
  ],
};
