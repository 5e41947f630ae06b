// Rehearses a release in a copy of the repository as it is in git's index: raises the versions, checks them, then does
// what scripts/release.mjs does up to `npm publish --dry-run`.
import assert from 'node:assert/strict';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { publishedPackages, withTemporaryFolder } from './lib/packages.mjs';
import { root, run } from './lib/run.mjs';
import { Steps } from './lib/steps.mjs';

const steps = new Steps();
await withTemporaryFolder(async (copy) => {
  const inCopy = (command, ...parameters) =>
    run(command, parameters, { cwd: copy, show: true, env });
  const read = async (file) => await readFile(join(copy, file), 'utf8');
  // As in the release workflow.
  const env = {
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REPOSITORY: 'example/chat',
    NPM_CONFIG_PROVENANCE: 'true',
  };
  const stages = {
    'copy the repository': async () => {
      await run('git', ['checkout-index', '--all', `--prefix=${copy}/`]);
      for (const folder of [
        '.',
        ...(await readdir(join(root, 'packages'))).map((name) => `packages/${name}`),
      ]) {
        const modules = join(root, folder, 'node_modules');
        // Windows allows junctions, but not symbolic links, without special rights.
        await symlink(modules, join(copy, folder, 'node_modules'), 'junction').catch(() => {});
      }
    },
    'raise the versions': async () => {
      const changesets = await readdir(join(copy, '.changeset'));
      if (!changesets.some((file) => file.endsWith('.md'))) {
        const packages = publishedPackages.map((name) => `'@chat/${name}': patch\n`).join('');
        await writeFile(join(copy, '.changeset/dry-run.md'), `---\n${packages}---\n\nA dry run.\n`);
      }
      await inCopy('npm', 'run', 'release:version');
    },
    'one version, in the lock file and the changelogs too': async () => {
      const manifest = async (name) => JSON.parse(await read(`packages/${name}/package.json`));
      const { version } = await manifest('client');
      assert.notEqual(version, '0.0.0');
      const lock = JSON.parse(await read('package-lock.json'));
      for (const name of publishedPackages) {
        assert.equal((await manifest(name)).version, version);
        assert.equal(lock.packages[`packages/${name}`].version, version);
        assert.ok((await read(`packages/${name}/CHANGELOG.md`)).includes(`\n## ${version}\n`));
      }
      const left = (await readdir(join(copy, '.changeset'))).filter((file) => file.endsWith('.md'));
      assert.deepEqual(left, []);
      return version;
    },
    'release without publishing': () => inCopy('node', 'scripts/release.mjs', '--dry-run'),
  };
  for (const [name, work] of Object.entries(stages)) {
    if (!(await steps.run(name, work)).ok) break;
  }
});
steps.finish();
