// Our packages as npm would publish them, and projects outside the repository that install them.
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './run.mjs';

export const publishedPackages = ['client', 'server'];
const cache = join(tmpdir(), 'chat-matrix', 'downloads');
const cacheLifetimeMs = 7 * 24 * 3_600_000;

/** Calls `work` with a new temporary folder, which is deleted afterwards. */
export async function withTemporaryFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'chat-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} name the folder below packages/
 * @param {string} destination an existing folder
 * @returns {Promise<{ tarball: string, files: string[] }>}
 */
export async function pack(name, destination) {
  const workspace = ['--workspace', `packages/${name}`];
  const parameters = ['pack', '--json', ...workspace, '--pack-destination', destination];
  const [packed] = JSON.parse((await run('npm', parameters)).stdout);
  return {
    tarball: join(destination, packed.filename),
    files: packed.files.map(({ path }) => path),
  };
}

/** Unpacks a tarball so that `folder`, which exists, is the package. */
export async function unpack(tarball, folder) {
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}

/**
 * Makes a project and installs packages in it.
 * @param {string} folder
 * @param {string[]} packages as npm names them: tarballs, names with ranges
 * @returns {Promise<string>} the warnings of npm
 */
export async function createProject(folder, packages) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return await install(folder, packages);
}

export async function install(folder, packages) {
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=warn', '--prefer-offline'];
  const parameters = ['install', '--ignore-scripts', ...quiet, ...packages];
  return (await run('npm', parameters, { cwd: folder })).stderr;
}

/** The package.json of a package that is installed in a project. */
export async function manifestOf(project, name) {
  return JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8'));
}

/** Imports a file of a package that is installed in a project. */
export function importFrom(project, path) {
  return import(pathToFileURL(join(project, 'node_modules', path)).href);
}

/**
 * A project with one package from the registry, such as a runtime. It is stored for a week, so that not every run
 * downloads the newest version of `node@24`.
 */
export async function download(name) {
  const folder = join(cache, name.replaceAll('/', '-'));
  const isFresh = await stat(folder).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < cacheLifetimeMs,
    () => false,
  );
  if (isFresh) return folder;
  // Not at the end: another run may have stored the same by then, and use it.
  await rm(folder, { recursive: true, force: true });
  // Another run may do the same at this moment: only a complete project gets the final name.
  const partial = `${folder}-${process.pid}`;
  try {
    await createProject(partial, [name]);
    await rename(partial, folder);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY') throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return folder;
}

/** The running Node when it has this major version, else the newest of that version from the registry. */
export async function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  // The package `node` would download this one in an install script.
  const name = `node-${process.platform}-${process.arch}`;
  return join(await download(`${name}@${major}`), 'node_modules', name, 'bin/node');
}

export async function versionOf(binary) {
  return (await run(binary, ['--version'])).stdout.trim().slice(1);
}
