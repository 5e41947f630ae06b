// Publishes the packages at the versions they have, unless the registry knows these versions already: built, reviewed as
// tarballs, installed elsewhere, then given away. With --dry-run the last step only says what it would do.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const names = ['client', 'server'];
const dryRun = process.argv.includes('--dry-run');

for (const name of names) await nameTheRepository(name);
await run('node', ['scripts/build.mjs']);
await run('node', ['scripts/check-packages.mjs']);
if (dryRun) {
  for (const name of names) await run('npm', ['publish', '--dry-run', '-w', `packages/${name}`]);
} else {
  await run('npx', ['--no-install', 'changeset', 'publish']);
}

/** A provenance names where a package was built, and the registry compares it with what the package says of itself. */
async function nameTheRepository(name) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env;
  const file = join(root, 'packages', name, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  if (!server || !repository || manifest.repository !== undefined) return;
  manifest.repository = {
    type: 'git',
    url: `git+${server}/${repository}.git`,
    directory: `packages/${name}`,
  };
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

async function run(command, parameters) {
  const child = spawn(command, parameters, { cwd: root, stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    console.error(`Nothing more is done: "${[command, ...parameters].join(' ')}" failed.`);
    process.exit(1);
  }
}
