// Prints the size of each entry of the client in a page, and fails when one is over its limit. `--analyze` also prints
// the minified bytes of each source file in a page. Reads the built packages.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { analyzeMetafile, build } from 'esbuild';
import { browserVersions } from './lib/browser-versions.mjs';
import { root } from './lib/run.mjs';

const client = `${root}packages/client`;
const some = (names) => `import { ${names} } from '@chat/client'; globalThis.used = [${names}];`;

/**
 * Limits are in bytes of brotli, just above the last size: a change that needs more raises its limit here, where a
 * reviewer sees it.
 */
export const clientParts = {
  'the whole client': { code: allOf('@chat/client'), limitBytes: 19_500 },
  'what a page with a chat uses': { code: some('ChatClient, isChatError'), limitBytes: 19_100 },
  'the client without sockets': { code: allOf('@chat/client/rest'), limitBytes: 13_250 },
  'one connection for all tabs': { code: allOf('@chat/client/tabs'), limitBytes: 3_300 },
  'the store': { code: allOf('@chat/client/store'), limitBytes: 4_730 },
  'the React hook': { code: allOf('@chat/client/react'), limitBytes: 4_840 },
  'the Vue composable': { code: allOf('@chat/client/vue'), limitBytes: 4_980 },
  'the Svelte store': { code: allOf('@chat/client/svelte'), limitBytes: 4_980 },
  'the outbox': { code: allOf('@chat/client/outbox'), limitBytes: 770 },
  'the AI SDK transport': { code: allOf('@chat/client/ai-sdk'), limitBytes: 1_450 },
};

/** A module that uses every export. */
export function allOf(name) {
  return `import * as all from ${JSON.stringify(name)}; globalThis.used = all;`;
}

/**
 * Bundles and minifies a module for browsers.
 * @param {string} code
 * @param {string} [resolveDir] the folder whose `node_modules` are used
 * @returns {Promise<number>} bytes of brotli
 */
export async function measureBundle(code, resolveDir = client) {
  // Without the `paths` of the repository, which lead to the sources.
  const options = { stdin: { contents: code, resolveDir }, tsconfigRaw: '{}' };
  const { outputFiles } = await bundle(options);
  return brotliCompressSync(outputFiles[0].contents).length;
}

function bundle(options) {
  return build({
    ...options,
    bundle: true,
    external: ['react', 'vue', 'svelte'],
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    metafile: true,
    write: false,
    outfile: 'bundle.js',
    logLevel: 'error',
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, { code, limitBytes }] of Object.entries(clientParts)) {
    const bytes = await measureBundle(code);
    const isOver = bytes > limitBytes;
    if (isOver) process.exitCode = 1;
    const limit = limitBytes === undefined ? '' : ` (limit: ${limitBytes})`;
    console.log(`${isOver ? 'FAILED' : 'ok    '}  ${name}: ${bytes} bytes of brotli${limit}`);
  }
  if (process.argv.includes('--analyze')) {
    const { metafile } = await bundle({
      entryPoints: [`${client}/src/index.ts`],
      plugins: [browserVersions],
    });
    console.log(await analyzeMetafile(metafile));
  }
}
