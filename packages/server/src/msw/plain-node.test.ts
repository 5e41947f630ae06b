import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';

// In a process of its own: Vitest's workers have globals that plain Node has not.

const run = promisify(execFile);
// Below node_modules, so that `msw` is found from there and nothing of it is committed.
const cache = new URL('../../../../node_modules/.cache/', import.meta.url).pathname;
let folder: string;

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, 'chat-mock-'));
  await build({
    entryPoints: [new URL('index.ts', import.meta.url).pathname],
    outfile: join(folder, 'mock.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['msw'],
    alias: {
      '@chat/contract': new URL('../../../contract/src/index.ts', import.meta.url).pathname,
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
    const dial = (host) => new Promise((resolve) => {
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

// Node 22 has a WebSocket of its own, and this flag takes it away.
const without = process.versions.node.startsWith('20.') ? [] : ['--no-experimental-websocket'];

it('gives a Node without WebSocket one while MSW listens, again and again, and takes it away', async () => {
  const seen = await inPlainNode(
    `
    const seen = [typeof WebSocket];
    const server = setupServer(...create('one.test').handlers);
    seen.push(typeof WebSocket);
    for (let i = 0; i < 3; i += 1) {
      server.listen();
      seen.push(typeof WebSocket, await dial('one.test'));
      server.close();
      seen.push(typeof WebSocket);
    }
    return seen;`,
    without,
  );
  const listening = ['function', 4401, 'undefined'];
  expect(seen).toEqual(['undefined', 'undefined', ...listening, ...listening, ...listening]);
});

it('serves two mocks, one after the other and side by side', async () => {
  const seen = await inPlainNode(
    `
    const one = setupServer(...create('one.test').handlers);
    one.listen();
    const alone = await dial('one.test');
    one.close();
    const both = setupServer(...create('one.test').handlers, ...create('two.test').handlers);
    both.listen();
    const together = await Promise.all([dial('one.test'), dial('two.test')]);
    both.close();
    return [alone, ...together, typeof WebSocket];`,
    without,
  );
  expect(seen).toEqual([4401, 4401, 4401, 'undefined']);
});

it('serves a mock that is made after MSW began to listen', async () => {
  const seen = await inPlainNode(
    `
    const server = setupServer();
    server.listen();
    server.use(...create('late.test').handlers);
    const code = await dial('late.test');
    server.close();
    return code;`,
    without,
  );
  expect(seen).toBe(4401);
});

it('says what is missing when a URL is dialled that no mock knows', async () => {
  const seen = await inPlainNode(
    `
    const server = setupServer(...create('one.test').handlers);
    server.listen({ onUnhandledRequest: 'bypass' });
    console.error = () => {};
    const socket = new WebSocket('wss://elsewhere.test/');
    const code = await new Promise((resolve) => socket.addEventListener('close', resolve));
    server.close();
    return [code.code, code.reason];`,
    without,
  );
  expect(seen).toEqual([1011, expect.stringContaining('elsewhere.test')]);
});

it('leaves a WebSocket alone that was there, and one that a test puts there', async () => {
  const seen = await inPlainNode(
    `
    class Own {}
    globalThis.WebSocket = Own;
    const server = setupServer(...create('one.test').handlers);
    server.listen();
    server.close();
    return globalThis.WebSocket === Own;`,
    without,
  );
  expect(seen).toBe(true);
});

it('makes Node warn of no leak, however many tests make a mock of their own', async () => {
  const mocks = await inPlainNode(`
    const mocks = Array.from({ length: 30 }, () => create('one.test'));
    await new Promise((resolve) => setTimeout(resolve, 0));
    return mocks.length;`);
  expect(mocks).toBe(30);
});
