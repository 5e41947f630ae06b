// What tools of others make of docs/openapi.json: Prism holds every call of the client's suite against it, and a client
// that openapi-typescript generates from it type-checks and works. They live in a folder of their own: they are large,
// and bring a TypeScript of their own. `npm run build` comes first.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { freePort } from './cluster/part.mjs';
import { openFront } from './independent/front.mjs';

const run = promisify(execFile);
const root = new URL('..', import.meta.url).pathname;
const document = join(root, 'docs/openapi.json');

// The newest that run on Node 20.
const tools = [
  '@stoplight/prism-cli@~5.14.2',
  'openapi-typescript@^7.13.0',
  'openapi-fetch@^0.17.0',
  'typescript@^5.9.0',
  '@types/node@20',
];

const folder = await mkdtemp(join(tmpdir(), 'chat-independent-'));
const bin = (name) => join(folder, 'node_modules/.bin', name);
const endings = [];
let failures = 0;
try {
  await install();
  await step('a generated client type-checks', generateClient);
  await step('a generated client works against the server', runClient);
  await step('Prism catches a server that breaks the document', catchLiar);
  await step('the client suite through Prism, without a violation', suiteThroughPrism);
} finally {
  for (const end of endings.reverse()) await end();
  await rm(folder, { recursive: true, force: true });
}
if (failures > 0) process.exitCode = 1;

async function install() {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const parameters = ['install', '--ignore-scripts', '--prefer-offline', ...quiet, ...tools];
  await run('npm', parameters, { cwd: folder });
}

async function generateClient() {
  await run(bin('openapi-typescript'), [document, '--output', 'schema.ts'], { cwd: folder });
  await cp(new URL('independent/consumer/', import.meta.url).pathname, folder, { recursive: true });
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
  await run(bin('tsc'), ['--project', folder]);
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

/** The instrument works: an answer that does not fit, and one to a request that should have been refused, are found. */
async function catchLiar() {
  const liar = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"response":42}');
  });
  await new Promise((resolve) => liar.listen(0, '127.0.0.1', resolve));
  const { front } = await openPrism(liar.address().port);
  const ask = (body) =>
    fetch(`${front.url}/api/v1/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer a.b.c' },
      body: JSON.stringify(body),
    });
  await ask({ message: 'Hello' });
  await ask({ message: '' });
  liar.close();
  liar.closeAllConnections();
  const [answer = '', request = ''] = front.violations;
  if (!answer.includes('response') || !request.includes('is forbidden by the document')) {
    throw new Error(`It was not caught: ${JSON.stringify(front.violations)}`);
  }
}

async function suiteThroughPrism() {
  const port = await freePort();
  const { front } = await openPrism(port);
  const parameters = ['run', '--config', 'vitest.workspace.ts', '--no-file-parallelism'];
  const suites = ['test/client/through-proxy.test.ts', 'test/independent'];
  const vitest = spawn(join(root, 'node_modules/.bin/vitest'), [...parameters, ...suites], {
    cwd: root,
    env: {
      ...process.env,
      CHAT_SUITE_PROXY: front.url,
      CHAT_SUITE_UPSTREAM_PORT: String(port),
    },
    stdio: 'inherit',
  });
  const code = await new Promise((resolve) => vitest.on('close', resolve));
  if (front.violations.length > 0) throw new Error(front.violations.join('\n'));
  if (code !== 0) throw new Error('The suite is red behind Prism.');
  if (front.judged() === 0) throw new Error('Not one call went through Prism.');
  return `${front.judged()} calls`;
}

/** Prism before a port of this machine, and the front before Prism. */
async function openPrism(upstreamPort) {
  const port = await freePort();
  const upstream = `http://127.0.0.1:${upstreamPort}`;
  const parameters = ['proxy', document, `${upstream}/api/v1`, '--errors', '--port', String(port)];
  const prism = spawn(process.execPath, [bin('prism'), ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  endings.push(() => void prism.kill());
  const lines = createInterface({ input: prism.stdout });
  await new Promise((resolve, reject) => {
    lines.on('line', (line) => line.includes('listening') && resolve());
    prism.on('close', () => reject(new Error('Prism did not start.')));
  });
  const front = await openFront({ prism: `http://127.0.0.1:${port}`, upstream });
  endings.push(() => front.close());
  return { front };
}

async function step(name, work) {
  try {
    const note = await work();
    console.log(`  ok     ${name}${note === undefined ? '' : ` (${note})`}`);
  } catch (error) {
    failures += 1;
    console.error(`  FAILED ${name}\n${error.message}\n${error.stdout ?? ''}`);
  }
}
