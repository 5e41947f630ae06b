// npm's part in the proofs: what is installed into projects outside the repository, and what came of it.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const quiet = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=warn', '--prefer-offline'];

/**
 * @param {string} project
 * @param {string[]} what as npm names it: packages with ranges, tarballs
 */
export async function install(project, what) {
  return await execute('npm', ['install', '--ignore-scripts', ...quiet, ...what], { cwd: project });
}

/** The manifest of a package that is installed in a project. */
export async function manifestOf(project, name) {
  return JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8'));
}

/** Resolves with what the program wrote, and fails with it. */
export async function execute(command, parameters, options) {
  try {
    return await run(command, parameters, options);
  } catch (error) {
    const why = error.killed ? 'It did not end by itself.\n' : '';
    throw new Error(`${why}${error.message}\n${error.stdout}`, { cause: error });
  }
}
