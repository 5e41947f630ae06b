// The whole release, in a copy of the repository and without publishing: what the pending changesets make of the versions
// and the changelogs, then all that scripts/release.mjs does with them.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyRepository } from './release/copy-repository.mjs';
import { reviewPlan, reviewVersions } from './release/review.mjs';

const execute = promisify(execFile);
const published = ['@chat/client', '@chat/server'];
const copy = await mkdtemp(join(tmpdir(), 'chat-release-'));
// As on the machine that releases; with an address of nobody's.
const environment = {
  ...process.env,
  GITHUB_SERVER_URL: 'https://github.example',
  GITHUB_REPOSITORY: 'example/chat',
  NPM_CONFIG_PROVENANCE: 'true',
};

try {
  await copyRepository(copy);
  const plan = await step('the changesets are understood', planRelease);
  await step('the versions are raised', () => quietly('npm', ['run', 'release:version']));
  await step('one version for both, each with its changelog', () => reviewed(plan));
  await step('what the release does', () => loudly('node', ['scripts/release.mjs', '--dry-run']));
  console.log(`The release of ${plan.releases[0].newVersion} would go through.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await rm(copy, { recursive: true, force: true });
}

/** Right after a release nothing is pending: a patch stands in, so that the road is proven on every day. */
async function planRelease() {
  const folder = join(copy, '.changeset');
  const pending = (await readdir(folder)).filter((file) => file.endsWith('.md'));
  if (pending.length === 0) {
    const packages = published.map((name) => `'${name}': patch\n`).join('');
    await writeFile(join(folder, 'dry-run.md'), `---\n${packages}---\n\nA dry run.\n`);
  }
  await quietly('npx', ['--no-install', 'changeset', 'status', '--output', 'plan.json']);
  const plan = JSON.parse(await readFile(join(copy, 'plan.json'), 'utf8'));
  await rm(join(copy, 'plan.json'));
  complain(reviewPlan(plan, published));
  return plan;
}

async function reviewed({ releases: [{ newVersion }] }) {
  complain(await reviewVersions(copy, published, newVersion));
}

function complain(problems) {
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

async function step(name, work) {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  try {
    const result = await work();
    console.log(`ok     ${name} (${seconds()} s)`);
    return result;
  } catch (error) {
    throw new Error(`FAILED ${name} (${seconds()} s)\n${error.message}`, { cause: error });
  }
}

async function quietly(command, parameters) {
  try {
    await execute(command, parameters, { cwd: copy, env: environment });
  } catch (error) {
    throw new Error(`${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

async function loudly(command, parameters) {
  const child = spawn(command, parameters, { cwd: copy, env: environment, stdio: 'inherit' });
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`"${[command, ...parameters].join(' ')}" ended with ${code}.`);
}
