// Tests docs/openapi.json with third-party tools: Prism validates every call of the client's suite against it, and a
// client that openapi-typescript generates from it compiles and works. The tools are installed in a temporary folder,
// because they are large and depend on another TypeScript. `npm run build` comes first.
import { cp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { freePort, ManagedProcess } from '@chat/test-support';
import { build } from 'esbuild';
import { createProject, withTemporaryFolder } from './lib/packages.mjs';
import { root, run } from './lib/run.mjs';
import { Steps } from './lib/steps.mjs';
import { openViolationProxy } from './third-party-tools/violation-proxy.mjs';

const document = join(root, 'docs/openapi.json');

// The newest versions that run on Node 20.
const tools = [
  '@stoplight/prism-cli@~5.14.2',
  'openapi-typescript@^7.13.0',
  'openapi-fetch@^0.17.0',
  'typescript@^5.9.0',
  '@types/node@20',
];

const steps = new Steps();
const cleanups = [];
let folder;
await withTemporaryFolder(async (temporary) => {
  folder = temporary;
  try {
    await createProject(folder, tools);
    await steps.run('a generated client compiles', generateClient);
    await steps.run('a generated client works with the server', runClient);
    await steps.run('Prism detects a server that violates the document', detectViolations);
    await steps.run('the client suite through Prism, without a violation', suiteThroughPrism);
  } finally {
    for (const cleanup of cleanups.reverse()) await cleanup();
  }
});
steps.finish();

async function generateClient() {
  await run('openapi-typescript', [document, '--output', 'schema.ts'], { cwd: folder });
  await cp(join(root, 'scripts/third-party-tools/consumer'), folder, { recursive: true });
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  const config = { compilerOptions, files: ['client.ts'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await run('tsc', ['--project', folder]);
}

async function runClient() {
  const { createChatServer } = await import('../packages/server/dist/index.js');
  const app = await createChatServer({ users: [{ username: 'ada', password: 's3cret' }] });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const outfile = join(folder, 'client.mjs');
  await build({
    entryPoints: [join(folder, 'client.ts')],
    outfile,
    format: 'esm',
    platform: 'node',
    bundle: true,
  });
  try {
    await run(process.execPath, [outfile, url]);
  } finally {
    await app.close();
  }
}

/** Tests the test: an invalid response is detected, and so is a success response to an invalid request. */
async function detectViolations() {
  const nonConformingServer = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"response":42}');
  });
  await new Promise((resolve) => nonConformingServer.listen(0, '127.0.0.1', resolve));
  const { proxy } = await openPrism(nonConformingServer.address().port);
  const send = (body) =>
    fetch(`${proxy.url}/api/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a.b.c' },
      body: JSON.stringify(body),
    });
  await send({ message: 'Hello' });
  await send({ message: '' });
  nonConformingServer.close();
  nonConformingServer.closeAllConnections();
  const [response = '', request = ''] = proxy.violations;
  if (!response.includes('response') || !request.includes('is forbidden by the document')) {
    throw new Error(`Not detected: ${JSON.stringify(proxy.violations)}`);
  }
}

async function suiteThroughPrism() {
  const port = await freePort();
  const { proxy } = await openPrism(port);
  const parameters = ['run', '--config', 'vitest.workspace.ts', '--no-file-parallelism'];
  const suites = ['test/client/through-proxy.test.ts', 'test/third-party-tools'];
  const env = { CHAT_SUITE_PROXY: proxy.url, CHAT_SUITE_UPSTREAM_PORT: String(port) };
  const passed = await run('vitest', [...parameters, ...suites], { env, show: true }).then(
    () => true,
    () => false,
  );
  if (proxy.violations.length > 0) throw new Error(proxy.violations.join('\n'));
  if (!passed) throw new Error('The suite failed behind Prism.');
  if (proxy.validated() === 0) throw new Error('No call went through Prism.');
  return `${proxy.validated()} calls`;
}

/** Prism in front of a local port, and the violation proxy in front of Prism. */
async function openPrism(upstreamPort) {
  const port = await freePort();
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const parameters = ['proxy', document, `${upstream}/api/v1`, '--errors', '--port', String(port)];
  // Not node_modules/.bin/prism, which is a shell script on Windows.
  const program = join(folder, 'node_modules/@stoplight/prism-cli/dist/index.js');
  const prism = new ManagedProcess(() => ({
    name: 'Prism',
    command: process.execPath,
    args: [program, ...parameters],
    ready: /listening/,
  }));
  cleanups.push(() => prism.kill());
  await prism.start();
  const proxy = await openViolationProxy({ prism: `http://127.0.0.1:${port}`, upstream });
  cleanups.push(() => proxy.close());
  return { proxy };
}
