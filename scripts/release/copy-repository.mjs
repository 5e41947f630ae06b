// A copy of the repository to try things in: what git knows of, as it stands, with the packages of others shared.
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** @param {string} copy an empty folder */
export async function copyRepository(copy) {
  const { stdout } = await run(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      maxBuffer: 2 ** 26,
    },
  );
  const files = new Set(stdout.split('\0').filter((file) => file !== ''));
  for (const file of files) {
    // A file that was removed and not committed is listed all the same.
    await cp(join(root, file), join(copy, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await shareModules(root, copy);
  for (const name of await readdir(join(root, 'packages'))) {
    const folder = join('packages', name);
    await shareModules(join(root, folder), join(copy, folder));
  }
  // Changesets asks git what has changed.
  const git = ['-c', 'user.name=dry run', '-c', 'user.email=dry-run@example.com'];
  await run('git', ['init', '--quiet', '--initial-branch=main'], { cwd: copy });
  await run('git', ['add', '--all'], { cwd: copy });
  await run('git', [...git, 'commit', '--quiet', '--message', 'As it stands'], { cwd: copy });
}

/** All but our own packages, which are those of the copy, and what was made before. */
async function shareModules(from, to) {
  const modules = await readdir(join(from, 'node_modules')).catch(() => []);
  await mkdir(join(to, 'node_modules'), { recursive: true });
  for (const name of modules.filter((name) => !['@chat', '.cache'].includes(name))) {
    await symlink(join(from, 'node_modules', name), join(to, 'node_modules', name));
  }
  const ours = await readdir(join(from, 'node_modules/@chat')).catch(() => []);
  for (const name of ours) {
    const link = join(to, 'node_modules/@chat', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(to, 'packages', name), link);
  }
}
