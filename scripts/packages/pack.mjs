// Packs a workspace as it would be published.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/**
 * @param {string} name the folder below packages/
 * @param {string} destination an existing folder
 * @returns {Promise<{ tarball: string, files: string[] }>}
 */
export async function pack(name, destination) {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--workspace', `packages/${name}`, '--pack-destination', destination],
    { cwd: root },
  );
  const [packed] = JSON.parse(stdout);
  return {
    tarball: join(destination, packed.filename),
    files: packed.files.map(({ path }) => path),
  };
}

/**
 * Unpacks a tarball so that `folder` is the package.
 * @param {string} tarball
 * @param {string} folder an existing folder
 */
export async function unpack(tarball, folder) {
  await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
}
