import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createChatServer } from '@chat/server';
import { build, type Format } from 'esbuild';
import { expect, it, onTestFinished } from 'vitest';

const resolveDir = fileURLToPath(new URL('../packages/client/', import.meta.url));

// Node 20 has no WebSocket; newer versions must work in the same way without theirs.
const program = `
import { ChatClient } from '@chat/client';
delete globalThis.WebSocket;
const [, , baseUrl] = process.argv;
const client = new ChatClient({ baseUrl, credentials: { username: 'ada', password: 's3cret' } });
const main = async () => {
  const { response } = await client.chat.send('Hello');
  const reply = await client.connect().ask('And you?');
  console.log(JSON.stringify([response, reply.content]));
  await client.close();
};
void main();
`;

async function startServer() {
  const app = await createChatServer({
    users: [{ username: 'ada', password: 's3cret' }],
    assistant: {
      async *reply({ messages }) {
        yield `You said ${messages.at(-1)?.content}`;
      },
    },
  });
  onTestFinished(() => app.close());
  return app.listen({ port: 0, host: '127.0.0.1' });
}

it.each([
  ['esm', 'mjs', undefined],
  ['cjs', 'cjs', undefined],
  // Rollup's default: without the conditions of Node.
  ['esm', 'mjs', []],
] as const)(
  'the client runs in one bundled file (%s, .%s, conditions: %j)',
  async (format, extension, conditions) => {
    const folder = await mkdtemp(join(tmpdir(), 'client-bundle-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const outfile = join(folder, `bundle.${extension}`);
    await build({
      stdin: { contents: program, resolveDir },
      // Without the `paths` of the repository, which lead to the sources.
      tsconfigRaw: '{}',
      bundle: true,
      format: format satisfies Format,
      platform: 'node',
      ...(conditions && { conditions: [...conditions] }),
      outfile,
      logLevel: 'error',
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile, await startServer()]);
    expect(JSON.parse(stdout)).toEqual(['You said Hello', 'You said And you?']);
  },
);
