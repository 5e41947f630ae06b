// Proves the packages as they would be published: packed, reviewed, installed elsewhere, loaded, type-checked.
// With --brief it ends where each was installed alone and loaded.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inlinedPackages } from './build/inlined.mjs';
import {
  installAlone,
  installPeers,
  loadEntries,
  runPrograms,
  typeCheck,
} from './packages/consume.mjs';
import { reviewContents } from './packages/contents.mjs';
import { pack, unpack } from './packages/pack.mjs';

const run = promisify(execFile);
const names = ['client', 'server'];
const published = names.map((name) => `@chat/${name}`);
const folder = await mkdtemp(join(tmpdir(), 'chat-packages-'));
let failures = 0;

try {
  const tarballs = [];
  for (const name of names) {
    const { tarball, files } = await pack(name, folder);
    tarballs.push(tarball);
    await step(`${name}: contents`, async () => {
      const unpacked = join(folder, name);
      await mkdir(unpacked);
      await unpack(tarball, unpacked);
      const problems = await reviewContents(name, files, unpacked, await inlinedPackages(name));
      if (problems.length > 0) throw new Error(problems.join('\n'));
      return `${files.length} files`;
    });
    await step(`${name}: publint`, () => tool('publint', ['run', tarball, '--strict']));
    // node16: the resolution of TypeScript before 4.7 knows no subpath exports, and we do not serve it.
    await step(`${name}: are the types wrong`, () =>
      tool('attw', [tarball, '--profile', 'node16', '--no-definitely-typed', '--format', 'ascii']),
    );
  }
  for (const [index, name] of names.entries()) {
    await step(`${name}: alone in an empty project`, async () => {
      const alone = join(folder, `${name}-alone`);
      await mkdir(alone);
      await installAlone(alone, [tarballs[index]]);
      const loaded = await loadEntries(alone, published[index], { only: '.' });
      return [...loaded, ...(await runPrograms(alone, published[index]))].join(', ');
    });
  }
  if (!process.argv.includes('--brief')) await together(tarballs);
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (failures > 0) process.exitCode = 1;

/** Side by side, with everything that they can work with. */
async function together(tarballs) {
  const project = join(folder, 'project');
  await mkdir(project);
  await step('both install into an empty project', () => installAlone(project, tarballs));
  await step('their main entries load without any peer', async () => {
    for (const name of published) await loadEntries(project, name, { only: '.' });
  });
  await step('with their peers', () => installPeers(project, published));
  for (const name of published) {
    await step(`${name}: every entry loads`, async () =>
      (await loadEntries(project, name)).join(', '),
    );
  }
  for (const resolution of ['node16', 'bundler']) {
    await step(`client type-checks under ${resolution}`, () =>
      typeCheck(project, 'client.ts', resolution),
    );
    await step(`server type-checks under ${resolution}`, () =>
      typeCheck(project, 'server.ts', resolution, { types: ['node'] }),
    );
  }
}

async function step(name, work) {
  try {
    const note = await work();
    console.log(`  ok    ${name}${typeof note === 'string' ? ` (${note})` : ''}`);
  } catch (error) {
    failures += 1;
    console.error(`  FAILED ${name}\n${error.message}`);
  }
}

async function tool(name, parameters) {
  const binary = new URL(`../node_modules/.bin/${name}`, import.meta.url).pathname;
  try {
    await run(binary, parameters);
  } catch (error) {
    throw new Error(`${error.stdout}\n${error.stderr}`, { cause: error });
  }
}
