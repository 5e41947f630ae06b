import { build } from 'esbuild';
import { root } from './run.mjs';

/**
 * Imports a TypeScript source that no package exports.
 * @param {string} path below the folder of the repository
 */
export async function importSource(path) {
  const { outputFiles } = await build({
    entryPoints: [root + path],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}
