// Runs the examples as their readers would: each copied out of the repository, with the packed packages installed,
// by its own `npm test`. Names choose some: `node scripts/examples.mjs test-with-msw`. `npm run build` comes first.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pack } from './packages/pack.mjs';

const root = new URL('..', import.meta.url).pathname;
const examples = join(root, 'examples');

const all = [];
for (const name of await readdir(examples)) {
  const manifest = await readFile(join(examples, name, 'package.json'), 'utf8').catch(() => '{}');
  if (JSON.parse(manifest).scripts?.test !== undefined) all.push(name);
}
const chosen = process.argv.length > 2 ? process.argv.slice(2) : all;
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no example ${unknown.join(', ')} with tests: ${all.join(', ')}.`);
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), 'chat-examples-'));
const failed = [];
try {
  const tarballs = {};
  for (const name of ['client', 'server']) {
    tarballs[`@chat/${name}`] = `file:${(await pack(name, folder)).tarball}`;
  }
  for (const name of chosen) {
    const project = join(folder, name);
    const started = performance.now();
    const ok = await tryExample(name, project, tarballs);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} ${seconds} s`);
    if (!ok) failed.push(name);
    await rm(project, { recursive: true, force: true });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;

async function tryExample(name, project, tarballs) {
  const filter = (path) => !['node_modules', 'dist'].includes(basename(path));
  await cp(join(examples, name), project, { recursive: true, filter });
  await writePacked(join(project, 'package.json'), tarballs);
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  return (
    (await execute(
      'npm',
      ['install', '--prefer-offline', '--ignore-scripts', ...quiet],
      project,
    )) && (await execute('npm', ['test'], project))
  );
}

/** Our packages are not on the registry yet when their examples are proven. */
async function writePacked(file, tarballs) {
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  for (const group of ['dependencies', 'devDependencies']) {
    for (const name of Object.keys(manifest[group] ?? {})) {
      if (tarballs[name] !== undefined) manifest[group][name] = tarballs[name];
    }
  }
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function execute(command, parameters, cwd) {
  const child = spawn(command, parameters, { cwd, stdio: 'inherit' });
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}
