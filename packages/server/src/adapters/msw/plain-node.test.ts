import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The tests run code in a separate process: Vitest's workers have globals that plain Node does not have.

const run = promisify(execFile);
// In node_modules, so that Node finds `msw` and Git ignores the files.
const cache = fileURLToPath(new URL('../../../../node_modules/.cache/', import.meta.url));
let folder: string;

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'chat-mock-'));
  await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    outfile: join(folder, 'mock.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['msw'],
    alias: {
      '@chat/contract': fileURLToPath(
        new URL('../../../../contract/src/index.ts', import.meta.url),
      ),
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function inPlainNode(code: string, flags: string[] = []): Promise<unknown> {
  const program = `
    import { setupServer } from 'msw/node';
    import { createChatMock } from ${JSON.stringify(join(folder, 'mock.mjs'))};
    const create = (host) =>
      createChatMock({ baseUrl: 'https://' + host, users: [{ username: 'ada', password: 'x' }] });
    const connect = (host) => new Promise((resolve) => {
      const socket = new WebSocket('wss://' + host + '/ws/chat?token=none');
      socket.addEventListener('close', ({ code }) => resolve(code));
    });
    const result = await (async () => {${code}})();
    console.log(JSON.stringify(result));`;
  const parameters = [...flags, '--input-type=module', '--eval', program];
  const { stdout, stderr } = await run(process.execPath, parameters, { cwd: folder });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

// Node 22 has a global WebSocket; this flag removes it.
const noWebSocketFlags = process.versions.node.startsWith('20.')
  ? []
  : ['--no-experimental-websocket'];

it('defines a missing WebSocket each time MSW listens, and removes it afterwards', async () => {
  const results = await inPlainNode(
    `
    const results = [typeof WebSocket];
    const server = setupServer(...create('one.test').handlers);
    results.push(typeof WebSocket);
    for (let i = 0; i < 3; i += 1) {
      server.listen();
      results.push(typeof WebSocket, await connect('one.test'));
      server.close();
      results.push(typeof WebSocket);
    }
    return results;`,
    noWebSocketFlags,
  );
  const listening = ['function', 4401, 'undefined'];
  expect(results).toEqual(['undefined', 'undefined', ...listening, ...listening, ...listening]);
});

it('serves two mocks, one after the other and at the same time', async () => {
  const results = await inPlainNode(
    `
    const one = setupServer(...create('one.test').handlers);
    one.listen();
    const alone = await connect('one.test');
    one.close();
    const both = setupServer(...create('one.test').handlers, ...create('two.test').handlers);
    both.listen();
    const together = await Promise.all([connect('one.test'), connect('two.test')]);
    both.close();
    return [alone, ...together, typeof WebSocket];`,
    noWebSocketFlags,
  );
  expect(results).toEqual([4401, 4401, 4401, 'undefined']);
});

it('serves a mock that is created after MSW started to listen', async () => {
  const results = await inPlainNode(
    `
    const server = setupServer();
    server.listen();
    server.use(...create('late.test').handlers);
    const code = await connect('late.test');
    server.close();
    return code;`,
    noWebSocketFlags,
  );
  expect(results).toBe(4401);
});

it('closes a socket to a URL without a mock and names the URL', async () => {
  const results = await inPlainNode(
    `
    const server = setupServer(...create('one.test').handlers);
    server.listen({ onUnhandledRequest: 'bypass' });
    console.error = () => {};
    const socket = new WebSocket('wss://elsewhere.test/');
    const code = await new Promise((resolve) => socket.addEventListener('close', resolve));
    server.close();
    return [code.code, code.reason];`,
    noWebSocketFlags,
  );
  expect(results).toEqual([1011, expect.stringContaining('elsewhere.test')]);
});

it('does not replace a WebSocket that a test defined', async () => {
  const results = await inPlainNode(
    `
    class CustomWebSocket {}
    globalThis.WebSocket = CustomWebSocket;
    const server = setupServer(...create('one.test').handlers);
    server.listen();
    server.close();
    return globalThis.WebSocket === CustomWebSocket;`,
    noWebSocketFlags,
  );
  expect(results).toBe(true);
});

it('causes no leak warning in Node when many tests create a mock', async () => {
  const mocks = await inPlainNode(`
    const mocks = Array.from({ length: 30 }, () => create('one.test'));
    await new Promise((resolve) => setTimeout(resolve, 0));
    return mocks.length;`);
  expect(mocks).toBe(30);
});
