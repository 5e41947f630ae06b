// Proves the packed mock with the versions of MSW and Node that it promises to work with, in projects outside the
// repository. Prints a table; non-zero when a cell is red. `npm run build` comes first.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pack } from './packages/pack.mjs';

const run = promisify(execFile);
const parts = new URL('mock-matrix/', import.meta.url).pathname;
const tsc = new URL('../node_modules/typescript/bin/tsc', import.meta.url).pathname;

// MSW 3 does not run on Node 20.
const rows = [
  { msw: '2.10.0', nodes: ['20'] },
  { msw: '2', nodes: ['20'] },
  { msw: '3', nodes: ['22', '24', '26'] },
];

const folder = await mkdtemp(join(tmpdir(), 'chat-mock-matrix-'));
const table = [];
try {
  const tarballs = [];
  for (const name of ['client', 'server']) tarballs.push((await pack(name, folder)).tarball);
  for (const { msw, nodes } of rows) {
    const project = await createProject(msw, tarballs);
    const version = await versionOf(project, 'msw');
    await cell({ msw: version, node: 'types' }, () => typeCheck(project));
    for (const node of nodes) {
      const binary = await nodeBinary(node);
      const { stdout } = await run(binary, ['--version']);
      await cell({ msw: version, node: stdout.trim().slice(1) }, () => runSuite(binary, project));
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(`\n${format(table)}`);
if (table.some(({ ok }) => !ok)) process.exitCode = 1;

async function createProject(msw, tarballs) {
  const project = join(folder, `msw-${msw.replace(/\W/g, '')}`);
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  await install(project, [...tarballs, `msw@${msw}`, '@types/node@20']);
  await cp(parts, project, { recursive: true });
  return project;
}

/** The running Node where it is the one asked for, else the newest of that line from npm. */
async function nodeBinary(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const home = join(folder, `node-${major}`);
  await mkdir(home);
  await writeFile(join(home, 'package.json'), '{ "private": true }\n');
  // What the package `node` would fetch in an install script.
  const name = `node-${process.platform}-${process.arch}`;
  await install(home, [`${name}@${major}`]);
  return join(home, 'node_modules', name, 'bin/node');
}

async function runSuite(binary, project) {
  const parameters = ['--test', '--test-reporter=tap', 'suite.mjs'];
  // A process that does not end by itself is a failure too.
  const { stdout } = await run(binary, parameters, { cwd: project, timeout: 120_000 });
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
  await run(process.execPath, [tsc, '--project', project]);
  return 'fit';
}

async function cell(row, work) {
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  try {
    const note = await work();
    table.push({ ...row, ok: true, note, seconds: seconds() });
    console.log(`  ok     msw ${row.msw}, node ${row.node}: ${note}`);
  } catch (error) {
    table.push({ ...row, ok: false, note: 'FAILED', seconds: seconds() });
    console.error(`  FAILED msw ${row.msw}, node ${row.node}\n${error.message}\n${error.stdout}`);
  }
}

async function install(project, what) {
  const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const parameters = ['install', '--ignore-scripts', '--prefer-offline', ...quiet, ...what];
  await run('npm', parameters, { cwd: project });
}

async function versionOf(project, name) {
  const manifest = join(project, 'node_modules', name, 'package.json');
  return JSON.parse(await readFile(manifest, 'utf8')).version;
}

function format(cells) {
  const lines = [
    ['MSW', 'Node', '', 'took'],
    ...cells.map(({ msw, node, note, seconds }) => [msw, node, note, seconds]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) => line.map((text, i) => text.padEnd(widths[i])).join('  ')).join('\n');
}
