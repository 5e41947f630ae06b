// Proves the packed mock with the versions of MSW and Node that it promises to work with, in projects outside the
// repository. Prints a table; non-zero when a cell is red. `npm run build` comes first.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cells } from './packages/cells.mjs';
import { nodeBinary } from './packages/downloads.mjs';
import { execute, install, manifestOf } from './packages/install.mjs';
import { pack } from './packages/pack.mjs';

const parts = new URL('mock-matrix/', import.meta.url).pathname;
const tsc = new URL('../node_modules/typescript/bin/tsc', import.meta.url).pathname;

// MSW 3 does not run on Node 20.
const rows = [
  { msw: '2.10.0', nodes: ['20'] },
  { msw: '2', nodes: ['20'] },
  { msw: '3', nodes: ['22', '24', '26'] },
];

const folder = await mkdtemp(join(tmpdir(), 'chat-mock-matrix-'));
const cells = new Cells({ msw: 'with', node: 'on' });
try {
  const tarballs = [];
  for (const name of ['client', 'server']) tarballs.push((await pack(name, folder)).tarball);
  for (const { msw, nodes } of rows) {
    const project = await createProject(msw, tarballs);
    const { version } = await manifestOf(project, 'msw');
    await cells.prove({ msw: `MSW ${version}`, node: 'types' }, () => typeCheck(project));
    for (const major of nodes) {
      const binary = await nodeBinary(major);
      const { stdout } = await execute(binary, ['--version']);
      const node = `Node ${stdout.trim().slice(1)}`;
      await cells.prove({ msw: `MSW ${version}`, node }, () => runSuite(binary, project));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${cells}`);
if (!cells.areGreen) process.exitCode = 1;

async function createProject(msw, tarballs) {
  const project = join(folder, `msw-${msw.replace(/\W/g, '')}`);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  await install(project, [...tarballs, `msw@${msw}`, '@types/node@20']);
  await cp(parts, project, { recursive: true });
  return project;
}

async function runSuite(binary, project) {
  const parameters = ['--test', '--test-reporter=tap', 'suite.mjs'];
  // A process that does not end by itself is a failure too.
  const { stdout } = await execute(binary, parameters, { cwd: project, timeout: 120_000 });
  return `${stdout.match(/^# pass (\d+)/m)?.[1]} tests`;
}

async function typeCheck(project) {
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    // Ours are checked elsewhere with nothing skipped; those of MSW are not ours to mend.
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
  };
  const config = { compilerOptions, files: ['consumer.ts'] };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
  await execute(process.execPath, [tsc, '--project', project]);
  return 'fit';
}
