import { readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';
import { browserVersions } from '../../scripts/lib/browser-versions.mjs';
import { licenseNotices } from '../../scripts/lib/bundled-packages.mjs';
import browsers from './browsers.json' with { type: 'json' };

type PluginBuild = Parameters<NonNullable<Options['esbuildPlugins']>[number]['setup']>[0];

const shared: Options = {
  entry: {
    index: 'src/index.ts',
    'react/index': 'src/react/index.ts',
    'store/index': 'src/store/index.ts',
    'outbox/index': 'src/outbox/index.ts',
    'ai-sdk/index': 'src/ai-sdk/index.ts',
    'rest/index': 'src/rest/index.ts',
    'tabs/index': 'src/tabs/index.ts',
    'svelte/index': 'src/svelte/index.ts',
    'vue/index': 'src/vue/index.ts',
  },
  target: 'es2022',
  // The contract is a private package: the root's `paths` resolve it to its sources, and its code is bundled.
  tsconfig: '../../tsconfig.json',
  noExternal: ['@chat/contract', 'ky'],
  metafile: true,
};

/** What the builds for Node replace in ky: an expression in its constants, by its value. */
const kyReplacements = [
  // ky creates a TextEncoder when it is loaded. Jest's jsdom environment has none: the client could not even be imported.
  [
    /new TextEncoder\(\)\.encode\('([\w-]+)'\)\.length/,
    (_: string, text: string) => String(text.length),
  ],
  // Otherwise, ky creates an AbortController for each call, and a Request that listens to its signal: a twentieth of the
  // cost of a call. ky needs it only for its timeout, which is off.
  [/(?<=supportsAbortController = ).+(?=;)/, () => 'false'],
] as const;

const leanKy = {
  name: 'lean ky',
  setup(build: PluginBuild) {
    build.onLoad(
      { filter: /ky[\\/]distribution[\\/]core[\\/]constants\.js$/ },
      async ({ path }) => {
        let contents = await readFile(path, 'utf8');
        for (const [expression, replacement] of kyReplacements) {
          if (!expression.test(contents))
            throw new Error('ky has changed: adapt "kyReplacements".');
          contents = contents.replace(expression, replacement);
        }
        return { contents, loader: 'js' };
      },
    );
  },
};

/**
 * Inlines isomorphic-ws and ws as code that any bundler can put into one ES module: without `require`, which does not
 * exist there. They are evaluated for the first socket that needs them.
 */
const inlinedWebSocket = [
  {
    name: 'inlined WebSocket',
    setup(build: PluginBuild) {
      const namespace = 'inlined-web-socket';
      build.onResolve({ filter: /^isomorphic-ws$/ }, ({ kind, path }) =>
        kind === 'import-statement' ? { path, namespace } : undefined,
      );
      build.onResolve({ filter: /^[\w:-]+$/ }, ({ kind, path }) => {
        const isInlined = isBuiltin(path) || optionalPackages.includes(path);
        return kind === 'require-call' && isInlined ? { path, namespace } : undefined;
      });
      build.onLoad({ filter: /./, namespace }, ({ path }) => ({
        contents: contentsOf(path),
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      }));
    },
  },
];

/** Native accelerators of ws. */
const optionalPackages = ['bufferutil', 'utf-8-validate'];

function contentsOf(path: string): string {
  if (path === 'isomorphic-ws') {
    return `export default class { constructor(...args) { return new (require('isomorphic-ws'))(...args); } }`;
  }
  return optionalPackages.includes(path)
    ? `throw new Error('${path} is not used.')`
    : `module.exports = process.getBuiltinModule('${path}')`;
}

const declarations: Options = {
  format: ['esm', 'cjs'],
  dts: {
    only: true,
    resolve: ['@chat/contract'],
    // tsup sets the deprecated option `baseUrl`. The types are checked by `tsc`.
    compilerOptions: {
      stripInternal: true,
      noCheck: true,
      ignoreDeprecations: '6.0',
      // The `paths` are relative to the root.
      baseUrl: fileURLToPath(new URL('../..', import.meta.url)),
    },
    // For `await using` in programs whose `lib` is older.
    banner: '/// <reference lib="esnext.disposable" />',
  },
};

export default defineConfig(async (flags) => {
  // `--no-dts` builds the code alone, and leaves the declarations of the last build.
  const codeOnly = flags.dts === false;
  // Not tsup's `clean`: the builds share the folder, and one would delete the output of the others.
  if (!codeOnly) await rm('dist', { recursive: true, force: true });
  return [
    // For browsers and their bundlers.
    { ...shared, target: browsers, format: 'esm', esbuildPlugins: [browserVersions] },
    // For Node: one file, because each additional file makes the import slower.
    {
      ...shared,
      format: 'esm',
      outDir: 'dist/node',
      noExternal: [...shared.noExternal!, 'isomorphic-ws', 'ws'],
      // The build for Node contains what any of the bundles contains.
      esbuildPlugins: [leanKy, ...inlinedWebSocket, licenseNotices],
    },
    { ...shared, format: 'cjs', esbuildPlugins: [leanKy] },
    {
      ...shared,
      // For pages without a build step: one file with all dependencies, for example from a CDN.
      entry: { index: 'src/index.ts' },
      outDir: 'dist/browser',
      target: browsers,
      format: 'esm',
      platform: 'browser',
      noExternal: [/./],
      esbuildPlugins: [browserVersions],
      minify: true,
      banner: {
        js: '/*! @chat/client, MIT License; contains code of others: THIRD-PARTY-NOTICES.txt */',
      },
    },
    ...(codeOnly ? [] : [{ ...shared, ...declarations }]),
  ];
});
