// Publishes the packages at the versions they have, unless the registry knows these versions already: built, reviewed as
// tarballs, installed elsewhere, then given away. With --dry-run the last step only says what it would do.
import { execFile, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = new URL('..', import.meta.url).pathname;
const names = ['client', 'server'];
const dryRun = process.argv.includes('--dry-run');

for (const name of names) await nameTheRepository(name);
await run('node', ['scripts/build.mjs']);
await run('node', ['scripts/check-packages.mjs', '--brief']);
if (dryRun) {
  for (const name of names) await rehearse(name);
} else {
  await run('npx', ['--no-install', 'changeset', 'publish']);
}

/** What npm would change in a package by itself, it says among much else, and we would never see. */
async function rehearse(name) {
  const cwd = join(root, 'packages', name);
  const { stdout, stderr } = await promisify(execFile)('npm', ['publish', '--dry-run'], { cwd });
  const corrections = stderr.match(/^npm warn publish .*(corrected|"npm pkg fix"|removed).*$/gm);
  if (corrections !== null) stop(`npm does not take packages/${name} as it is`, corrections);
  console.log(`npm would publish ${stdout.trim().replace(/^\+ /, '')}.`);
}

function stop(sentence, details = []) {
  console.error([`Nothing more is done: ${sentence}.`, ...details].join('\n'));
  process.exit(1);
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
  if (code !== 0) stop(`"${[command, ...parameters].join(' ')}" failed`);
}
