// What a library weighs in a page: bundled and minified by esbuild for browsers, compressed by brotli.
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * @param {string} code a module that uses of the library what is to be weighed
 * @param {string} resolveDir the folder whose `node_modules` are used
 * @returns {Promise<{ minified: number, brotli: number, text: string, map: object }>} bytes, what they are of, and its
 *   source map
 */
export async function weigh(code, resolveDir) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    outfile: 'bundle.js',
    write: false,
    // Beside the bundle, and not named in it: it weighs nothing.
    sourcemap: 'external',
    logLevel: 'error',
  });
  const [map, { contents, text }] = outputFiles;
  return {
    minified: contents.length,
    brotli: brotliCompressSync(contents).length,
    text,
    map: JSON.parse(map.text),
  };
}
