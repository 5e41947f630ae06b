// Installs tarballs into an empty project and uses them there as a stranger would.
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute, install, manifestOf } from './install.mjs';

const root = new URL('../..', import.meta.url).pathname;
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/**
 * @param {string} folder an empty folder outside the repository
 * @param {string[]} tarballs
 */
export async function installAlone(folder, tarballs) {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const { stderr } = await install(folder, tarballs);
  const warnings = stderr.match(/^npm warn (EBADENGINE|deprecated|ERESOLVE).*$/gm);
  if (warnings !== null) throw new Error(`Whoever installs it is warned:\n${warnings.join('\n')}`);
}

/** Installs what the packages can work with but do not need, and the types of Node. */
export async function installPeers(folder, names) {
  const wanted = ['@types/node@20'];
  for (const name of names) {
    const { peerDependencies = {} } = await manifestOf(folder, name);
    for (const [peer, range] of Object.entries(peerDependencies)) {
      wanted.push(`${peer}@${await ourRange(peer, range)}`);
    }
  }
  await install(folder, wanted);
}

/** Loads every entry of a package with `import` and, where it is offered, with `require`. */
export async function loadEntries(folder, name, { only } = {}) {
  const { exports } = await manifestOf(folder, name);
  const loaded = [];
  for (const [entry, target] of Object.entries(exports)) {
    if (entry === './package.json' || (only !== undefined && entry !== only)) continue;
    const specifier = name + entry.slice(1);
    await node(
      folder,
      'module',
      `
      const loaded = await import(${JSON.stringify(specifier)});
      if (Object.keys(loaded).length === 0) throw new Error('It exports nothing.');`,
    );
    loaded.push(`import ${specifier}`);
    if (target.require === undefined) continue;
    await node(
      folder,
      'commonjs',
      `
      const loaded = require(${JSON.stringify(specifier)});
      if (Object.keys(loaded).length === 0) throw new Error('It exports nothing.');`,
    );
    loaded.push(`require ${specifier}`);
  }
  return loaded;
}

/** Asks every program of a package for its help, as a person would. */
export async function runPrograms(folder, name) {
  const { bin = {}, version } = await manifestOf(folder, name);
  const asked = [];
  for (const program of Object.keys(bin)) {
    const { stdout: help } = await execute('npx', ['--no-install', program, '--help'], {
      cwd: folder,
    });
    if (!help.startsWith(`Usage: ${program}`)) throw new Error(`${program} gives no help: ${help}`);
    const { stdout: said } = await execute('npx', ['--no-install', program, '--version'], {
      cwd: folder,
    });
    if (said.trim() !== version) throw new Error(`${program} ${version} calls itself ${said}`);
    asked.push(`npx ${program} --help`);
  }
  return asked;
}

/**
 * Type-checks one of the files in consumer/ against what is installed, nothing skipped.
 * @param {{ compiler?: string, spared?: string }} [options] `spared` is a file of others whose mistakes are not ours
 * @returns {Promise<boolean>} whether something was spared
 */
export async function typeCheck(folder, file, moduleResolution, extra = {}, options = {}) {
  const { compiler = tsc, spared } = options;
  // One each: several are checked at a time.
  const project = await mkdtemp(join(folder, 'types-'));
  await cp(new URL(`consumer/${file}`, import.meta.url).pathname, join(project, file));
  const config = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable', 'dom'],
      module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
      moduleResolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
      ...extra,
    },
    files: [file],
  };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
  try {
    await execute(process.execPath, [compiler, '--project', project], { cwd: folder });
    return false;
  } catch (error) {
    const complaints = error.cause.stdout.match(/^.*error TS\d+:.*$/gm) ?? [];
    const isOfOthers = (complaint) => spared !== undefined && complaint.startsWith(`${spared}(`);
    if (complaints.length === 0 || !complaints.every(isOfOthers)) throw error;
    return true;
  }
}

async function node(folder, type, code) {
  await execute(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: folder });
}

/** The range that we develop against, when we have one: the peer's own may allow what this Node cannot run. */
async function ourRange(peer, range) {
  for (const name of ['.', 'packages/client', 'packages/server']) {
    const { devDependencies = {} } = JSON.parse(
      await readFile(join(root, name, 'package.json'), 'utf8'),
    );
    if (devDependencies[peer] !== undefined) return devDependencies[peer];
  }
  return range;
}
