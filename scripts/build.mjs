// Builds the packages, those that do not need each other side by side. What was built already, from
// the very same files into the very same files, is left as it is.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const stamps = join(root, 'node_modules/.cache/chat-build');
const shared = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts'];
const sourcesOf = (name) =>
  ['src', 'package.json', 'tsup.config.ts'].map((file) => `packages/${name}/${file}`);

await build('contract');
const built = await Promise.allSettled(['client', 'server'].map((name) => build(name, 'contract')));
if (built.some(({ status }) => status === 'rejected')) process.exit(1);

async function build(name, ...needs) {
  const stamp = join(stamps, `${name}.json`);
  const sources = await digest([...shared, ...[name, ...needs].flatMap(sourcesOf)]);
  const known = await readFile(stamp, 'utf8').then(JSON.parse, () => ({}));
  if (known.sources === sources && known.made === (await digest([`packages/${name}/dist`]))) {
    console.log(`packages/${name} is built already.`);
    return;
  }
  console.log(`packages/${name} is being built …`);
  const started = performance.now();
  const { code, output } = await runBuild(name);
  if (code !== 0) {
    console.error(`${output}\nThe build of packages/${name} failed.`);
    if (needs.length === 0) process.exit(1);
    throw new Error(`The build of packages/${name} failed.`);
  }
  await mkdir(stamps, { recursive: true });
  const made = await digest([`packages/${name}/dist`]);
  await writeFile(stamp, JSON.stringify({ sources, made }));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`packages/${name} is built (${seconds} s).`);
}

/** @returns {Promise<{ code: number | null, output: string }>} */
function runBuild(name) {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', 'build', '--silent', '-w', `packages/${name}`], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}` }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** What stands in these files and folders, names included; a path that leads nowhere counts as such. */
async function digest(paths) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) {
    for (const file of await filesIn(path)) {
      hash.update(`\0${file}\0`).update(await readFile(join(root, file)));
    }
  }
  return hash.digest('hex');
}

async function filesIn(path) {
  try {
    const entries = await readdir(join(root, path), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
      .sort();
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
