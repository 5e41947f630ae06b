// Installs the packed server in an empty project, as for a test suite, and fails when that is too much.
// `--analyze` lists the largest packages. `npm run build` comes first.
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createProject, pack, withTemporaryFolder } from './lib/packages.mjs';

const limits = { megabytes: 45, packages: 70 };

await withTemporaryFolder(async (folder) => {
  const { tarball } = await pack('server', folder);
  const project = join(folder, 'project');
  await createProject(project, [tarball]);
  const packages = await sizesIn(join(project, 'node_modules'));
  const megabytes = (await bytesBelow(join(project, 'node_modules'))) / 1e6;
  console.log(
    `@chat/server with its dependencies: ${megabytes.toFixed(1)} MB, ${packages.length} packages (at most ${limits.megabytes} MB, ${limits.packages} packages)`,
  );
  if (process.argv.includes('--analyze')) {
    const largest = packages.sort((a, b) => b.bytes - a.bytes).slice(0, 20);
    for (const { name, bytes } of largest) console.log(`${(bytes / 1e6).toFixed(1)} MB  ${name}`);
  }
  if (megabytes > limits.megabytes || packages.length > limits.packages) {
    console.error('Too much for a test suite: make what only some users need an optional peer.');
    process.exitCode = 1;
  }
});

/** The packages of a `node_modules`, also nested ones, with their own sizes. The same package may be there twice. */
async function sizesIn(modules) {
  const found = [];
  for (const entry of await readdir(modules).catch(() => [])) {
    if (entry.startsWith('.')) continue;
    const names = entry.startsWith('@')
      ? (await readdir(join(modules, entry))).map((name) => `${entry}/${name}`)
      : [entry];
    for (const name of names) {
      const folder = join(modules, name);
      found.push({ name, bytes: await bytesBelow(folder, ['node_modules']) });
      found.push(...(await sizesIn(join(folder, 'node_modules'))));
    }
  }
  return found;
}

/** What the files and folders occupy on the disk, as `du` counts it. */
async function bytesBelow(path, except = []) {
  const { blocks, size } = await lstat(path);
  // Windows has no blocks.
  let bytes = blocks === undefined ? size : blocks * 512;
  const entries = await readdir(path, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return [];
    throw error;
  });
  for (const entry of entries) {
    if (!except.includes(entry.name)) bytes += await bytesBelow(join(path, entry.name));
  }
  return bytes;
}
