// Programs of others from npm, kept between runs: runtimes, compilers.
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install } from './install.mjs';

/** What is kept; delete it to fetch everything anew. */
const scratch = join(tmpdir(), 'chat-matrix');
const dayMs = 24 * 3_600_000;

/**
 * A project of its own with these packages. What was fetched within the last week is taken as it is, so that `node@24`
 * follows its line without being asked for at each run.
 *
 * @param {string[]} packages with ranges
 * @returns {Promise<string>} the project
 */
export async function download(...packages) {
  const home = join(scratch, 'downloads', packages.join('+').replaceAll('/', '-'));
  const isFresh = await stat(home).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < 7 * dayMs,
    () => false,
  );
  if (isFresh) return home;
  // Another run may be doing the same: what is put in place is whole.
  const making = `${home}-${process.pid}`;
  try {
    await mkdir(making, { recursive: true });
    await writeFile(join(making, 'package.json'), '{ "private": true }\n');
    await install(making, packages);
    await rm(home, { recursive: true, force: true });
    await rename(making, home);
  } catch (error) {
    if (error.code !== 'ENOTEMPTY') throw error;
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return home;
}

/** The running Node where it is of the line asked for, else the newest of that line from npm. */
export async function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  // What the package `node` would fetch in an install script.
  const name = `node-${process.platform}-${process.arch}`;
  const home = await download(`${name}@${major}`);
  return join(home, 'node_modules', name, 'bin/node');
}
