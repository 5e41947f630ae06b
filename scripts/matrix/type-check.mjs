import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root, run } from '../lib/run.mjs';

const es = ['es2022', 'esnext.disposable'];

/** The programs of a consumer, in consumer/types/. */
export const programs = {
  'client with DOM types': { file: 'client.ts', lib: [...es, 'dom'] },
  'client without': { file: 'client.ts', lib: es },
  server: { file: 'server.ts', lib: es, types: ['node'] },
  // MSW's own types use those of a page.
  mock: { file: 'msw.ts', lib: [...es, 'dom'], types: ['node'] },
};

/** Errors in declarations that are not ours, and that every user of MSW has with this TypeScript. */
const ignoredFiles = { 5.4: 'node_modules/type-fest/source/object-merge.d.ts' };

/**
 * Compiles the programs against the installed packages.
 * @param {object} options
 * @param {string} options.project
 * @param {'node16' | 'nodenext' | 'bundler'} [options.resolution]
 * @param {string} [options.compiler] the file of `tsc`
 * @param {string} [options.range] the version of TypeScript
 * @param {keyof typeof programs} [options.only]
 * @param {boolean} [options.skipLibCheck]
 */
export async function checkTypes({
  project,
  resolution = 'nodenext',
  compiler = join(root, 'node_modules/typescript/bin/tsc'),
  range,
  only,
  skipLibCheck = false,
}) {
  const ignored = ignoredFiles[range];
  const selected = only === undefined ? Object.values(programs) : [programs[only]];
  const compile = async ({ file, lib, types = [] }) => {
    // A folder for each: they are compiled at the same time.
    const folder = await mkdtemp(join(project, 'types-'));
    await cp(join(project, 'types', file), join(folder, file));
    const compilerOptions = {
      target: 'es2022',
      lib,
      types,
      module: resolution === 'bundler' ? 'esnext' : resolution,
      moduleResolution: resolution,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck,
      noEmit: true,
    };
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: [file] }),
    );
    try {
      await run(process.execPath, [compiler, '--project', folder], { cwd: project });
      return false;
    } catch (error) {
      const errors = error.stdout?.match(/^.*error TS\d+:.*$/gm) ?? [];
      const isIgnored = (line) => ignored !== undefined && line.startsWith(`${ignored}(`);
      if (errors.length === 0 || !errors.every(isIgnored)) throw error;
      return true;
    }
  };
  const results = await Promise.all(selected.map(compile));
  return results.some(Boolean) ? `compiles, but for ${ignored}` : 'compiles';
}
