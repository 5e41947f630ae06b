// Tells whether files are still what they were.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;

/**
 * What stands in these files and folders, names included; a path that leads nowhere counts as such.
 * @param {string[]} paths from the root of the repository
 * @param {(file: string) => boolean} [counts]
 */
export async function digest(paths, counts = () => true) {
  const hash = createHash('sha256').update(process.version);
  for (const path of paths) {
    for (const file of (await filesIn(path)).filter(counts)) {
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
