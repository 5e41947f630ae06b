import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

// Inside the package, so that the program can import the package's dependencies.
const folders = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

export interface BuiltProgram {
  readonly path: string;
  remove(): void;
}

/** Bundles a source file, relative to this folder, into a program that Node can run. */
export async function buildProgram(source: string): Promise<BuiltProgram> {
  const folder = mkdtempSync(join(folders, '.program-'));
  await build({
    config: false,
    entry: { program: fileURLToPath(new URL(source, import.meta.url)) },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'es2022',
    silent: true,
    skipNodeModulesBundle: true,
  });
  return {
    path: join(folder, 'program.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
