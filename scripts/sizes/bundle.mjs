// What a library weighs in a page: bundled and minified by esbuild for browsers, compressed by brotli.
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * @param {string} code a module that uses of the library what is to be weighed
 * @param {string} resolveDir the folder whose `node_modules` are used
 * @returns {Promise<{ minified: number, brotli: number, modules: Record<string, number> }>}
 *   bytes; `modules` are minified bytes by the path of each file
 */
export async function weigh(code, resolveDir) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outfile: 'bundle.js',
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const { contents } = outputFiles[0];
  const { inputs } = metafile.outputs['bundle.js'] ?? Object.values(metafile.outputs)[0];
  return {
    minified: contents.length,
    brotli: brotliCompressSync(contents).length,
    modules: Object.fromEntries(
      Object.entries(inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
    ),
  };
}
