import { cp, rm } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';
import { licenseNotices } from '../../scripts/lib/bundled-packages.mjs';

type PluginBuild = Parameters<NonNullable<Options['esbuildPlugins']>[number]['setup']>[0];

const home = fileURLToPath(new URL('.', import.meta.url));

const shared: Options = {
  target: 'es2022',
  // tsup would resolve `node:` imports before our plugin does.
  removeNodeProtocol: false,
  // The root's `paths` lead to the sources of the private packages, whose code is inlined.
  tsconfig: '../../tsconfig.json',
  // The libraries have many files and types, of which the bundles contain a small part; SQLite also has its sources.
  noExternal: [
    '@chat/contract',
    '@chat/conformance',
    '@photostructure/sqlite',
    'commander',
    'jose',
    'prom-client',
    'zod',
  ],
  metafile: true,
};

/** Loads the binary of SQLite from prebuilds/, with our own function instead of node-gyp-build. */
const loadSqlite = {
  name: 'load SQLite',
  setup(build: PluginBuild) {
    const namespace = 'load-sqlite';
    build.onResolve({ filter: /^node-gyp-build$/ }, ({ path }) => ({ path, namespace }));
    build.onLoad({ filter: /./, namespace }, () => ({
      contents: `export { loadPrebuilt as default } from './load-prebuilt.mjs';`,
      resolveDir: home,
    }));
  },
};

/** Of prom-client: exemplars and summaries, which the server has none of. */
const unusedPackages = ['@opentelemetry/api', 'tdigest'];
/** Also of prom-client: they load modules of Node.js that the server does not need. */
const unusedFiles = /prom-client\/lib\/(summary|pushgateway|cluster)$/;

/** Replaces parts of prom-client that the server does not use. */
const leaveOutUnused = {
  name: 'leave out unused code',
  setup(build: PluginBuild) {
    const namespace = 'unused';
    build.onResolve({ filter: /^[^.]/ }, ({ path, importer }) =>
      unusedPackages.includes(path) && importer.includes('prom-client')
        ? { path, namespace }
        : undefined,
    );
    build.onResolve({ filter: /^\./ }, ({ path, resolveDir }) =>
      unusedFiles.test(join(resolveDir, path).replaceAll('\\', '/'))
        ? { path, namespace }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace }, () => ({ contents: 'module.exports = {}' }));
  },
};

/** Lets libraries in CommonJS load modules of Node.js in an ES module, where `require` does not exist. */
const loadBuiltins = {
  name: 'load built-in modules',
  setup(build: PluginBuild) {
    const namespace = 'built-in-module';
    build.onResolve({ filter: /^[^.]/ }, ({ kind, path, importer }) =>
      kind === 'require-call' && importer.includes('prom-client') && isBuiltin(path)
        ? { path, namespace }
        : undefined,
    );
    build.onLoad({ filter: /./, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }));
  },
};

async function copySqlite(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve('@photostructure/sqlite/package.json');
  await cp(join(dirname(manifest), 'prebuilds'), join(home, 'prebuilds'), { recursive: true });
}

const declarations: Options = {
  format: ['esm', 'cjs'],
  dts: {
    only: true,
    resolve: ['@chat/contract', '@chat/conformance'],
    // tsup sets the deprecated option `baseUrl`. The types are checked by `tsc`.
    compilerOptions: {
      stripInternal: true,
      noCheck: true,
      ignoreDeprecations: '6.0',
      // The `paths` are relative to the root.
      baseUrl: fileURLToPath(new URL('../..', import.meta.url)),
    },
  },
};

/** They find files by the URL of their own module. */
const nodeEntries = { index: 'src/index.ts', 'mock/index': 'src/mock/index.ts' };
const mswEntry = { 'msw/index': 'src/adapters/msw/index.ts' };
const library = { ...nodeEntries, ...mswEntry };

export default defineConfig(async (flags) => {
  // `--no-dts` builds the code alone, and leaves the declarations of the last build.
  const codeOnly = flags.dts === false;
  // Here and not by `clean`: two builds share the folder, and one would clear what the other made.
  if (!codeOnly) await rm('dist', { recursive: true, force: true });
  await copySqlite();
  return [
    {
      ...shared,
      entry: library,
      format: 'esm',
      esbuildPlugins: [loadSqlite, leaveOutUnused, loadBuiltins],
    },
    { ...shared, entry: mswEntry, format: 'cjs', metafile: false },
    {
      ...shared,
      // The program is only built as CommonJS, in one file: as ES modules, its start takes a quarter longer.
      entry: { ...nodeEntries, cli: 'src/cli/main.ts' },
      format: 'cjs',
      // Not tsup's `shims`, which would put code of tsup into the package.
      define: { 'import.meta.url': 'moduleUrl' },
      banner: {
        js: `'use strict';\nconst moduleUrl = require('node:url').pathToFileURL(__filename).href;`,
      },
      // The program contains every bundled package.
      esbuildPlugins: [loadSqlite, leaveOutUnused, licenseNotices],
    },
    ...(codeOnly ? [] : [{ ...shared, entry: library, ...declarations }]),
  ];
});
