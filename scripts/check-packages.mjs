// Checks the packages as they would be published: contents, types, installation in an empty project, every entry and
// program. `npm run build` comes first.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createProject,
  install,
  manifestOf,
  pack,
  publishedPackages,
  unpack,
  withTemporaryFolder,
} from './lib/packages.mjs';
import { run } from './lib/run.mjs';
import { Steps } from './lib/steps.mjs';
import { bundledPackages, reviewContents } from './lib/tarball-contents.mjs';

/** Settings of programs that need an optional peer, and the error without it. */
const optionalFeatures = {
  '@chat/server': [
    {
      error: 'PostgreSQL needs the package "pg". Install it: npm install pg@8',
      env: { CHAT_DATABASE_URL: 'postgres://chat@127.0.0.1/chat' },
    },
    {
      error: 'Redis needs the package "ioredis". Install it: npm install ioredis@6',
      env: { CHAT_REDIS_URL: 'redis://127.0.0.1' },
    },
    {
      error:
        'Serving static files needs the package "@fastify/static". Install it: npm install @fastify/static@9',
      env: { CHAT_STATIC: '.' },
    },
  ],
};

const steps = new Steps();
await withTemporaryFolder(async (folder) => {
  for (const name of publishedPackages) {
    const { tarball, files } = await pack(name, folder);
    await steps.run(`${name}: contents`, async () => {
      const unpacked = join(folder, name);
      await mkdir(unpacked);
      await unpack(tarball, unpacked);
      const problems = await reviewContents(name, files, unpacked, await bundledPackages(name));
      if (problems.length > 0) throw new Error(problems.join('\n'));
      return `${files.length} files`;
    });
    await steps.run(`${name}: publint`, () => run('publint', ['run', tarball, '--strict']));
    // node16: TypeScript before 4.7 knows no subpath exports, and we do not support it.
    const attw = ['--profile', 'node16', '--no-definitely-typed', '--format', 'ascii'];
    await steps.run(`${name}: are the types wrong`, () => run('attw', [tarball, ...attw]));
    await steps.run(`${name}: alone in an empty project`, () =>
      useAlone(join(folder, `${name}-alone`), `@chat/${name}`, tarball),
    );
  }
});
steps.finish();

/** The program must end with 2 and one line. */
async function refuseWithout(project, { env, error: expected }) {
  const settings = { CHAT_DATA: ':memory:', CHAT_PORT: '0', CHAT_JWT_SECRET: 'x'.repeat(32) };
  const options = { cwd: project, env: { ...settings, ...env }, timeoutMs: 60_000 };
  const failure = await run('npx', ['--no-install', 'chat-server'], options).then(
    ({ stdout }) => new Error(`chat-server starts without an optional package:\n${stdout}`),
    (reason) => reason,
  );
  const [ending, ...lines] = failure.message.split('\n').filter((line) => line !== '');
  if (!ending.endsWith('ended with 2.') || lines.join('\n') !== `chat-server: ${expected}`) {
    throw new Error(`Expected exit code 2 and "${expected}":\n${failure.message}`);
  }
}

async function useAlone(project, name, tarball) {
  const output = await createProject(project, [tarball]);
  const warnings = output.match(/^npm warn (EBADENGINE|deprecated|ERESOLVE).*$/gm);
  if (warnings !== null) throw new Error(`npm warns:\n${warnings.join('\n')}`);
  const { bin = {}, exports, peerDependencies = {}, version } = await manifestOf(project, name);
  const entries = Object.entries(exports).filter(([entry]) => entry !== './package.json');
  const [main] = entries;
  await load(project, name, main);
  for (const program of Object.keys(bin)) {
    const ask = async (flag) =>
      (await run('npx', ['--no-install', program, flag], { cwd: project })).stdout.trim();
    const [help, printed] = [await ask('--help'), await ask('--version')];
    if (!help.startsWith(`Usage: ${program}`)) throw new Error(`${program} --help prints: ${help}`);
    if (printed !== version) throw new Error(`${program} --version prints ${printed}`);
  }
  for (const feature of optionalFeatures[name] ?? []) await refuseWithout(project, feature);
  // The optional peers, in the versions that we develop with: the newest may not run on this Node.
  const { devDependencies } = JSON.parse(
    (await run('npm', ['pkg', 'get', '--json', '--workspace', name])).stdout,
  )[name];
  await install(
    project,
    Object.keys(peerDependencies).map((peer) => `${peer}@${devDependencies[peer]}`),
  );
  for (const entry of entries) await load(project, name, entry);
  return [...entries.map(([entry]) => name + entry.slice(1)), ...Object.keys(bin)].join(', ');
}

/** Loads an entry with `import` and, where it is offered, with `require`. */
async function load(project, name, [entry, target]) {
  const specifier = JSON.stringify(name + entry.slice(1));
  const programs = { module: `await import(${specifier})`, commonjs: `require(${specifier})` };
  if (target.require === undefined) delete programs.commonjs;
  for (const [type, expression] of Object.entries(programs)) {
    const code = `if (Object.keys(${expression}).length === 0) throw new Error('no exports');`;
    await run(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: project });
  }
}
