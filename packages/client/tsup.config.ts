import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  entry: { index: 'src/index.ts', 'react/index': 'src/react/index.ts' },
  target: 'es2022',
  // The root's `paths` lead to the sources of the contract, which is private: its code goes into what is published.
  tsconfig: '../../tsconfig.json',
  noExternal: ['@chat/contract'],
  metafile: true,
};

/** What finds the TCP socket beneath Node's WebSocket is no use to a page, and weighs nothing there. */
const withoutRawLines: Options['esbuildPlugins'] = [
  {
    name: 'without raw lines',
    setup(build) {
      const path = fileURLToPath(new URL('src/socket/no-raw-line.ts', import.meta.url));
      build.onResolve({ filter: /\/raw-line\.js$/ }, ({ kind }) =>
        kind === 'import-statement' ? { path } : undefined,
      );
    },
  },
];

const inlinedForNode = ['@chat/contract', 'ky'];

export default defineConfig(async () => {
  // Here and not by `clean`: the builds share the folder, and one would clear what the others made.
  await rm('dist', { recursive: true, force: true });
  return [
    // For bundlers: an application that has ky itself gets it once.
    { ...shared, format: 'esm', esbuildPlugins: withoutRawLines },
    // For Node with it inside: each further file costs more time than what is in it.
    {
      ...shared,
      format: 'esm',
      outDir: 'dist/node',
      noExternal: inlinedForNode,
    },
    { ...shared, format: 'cjs', noExternal: inlinedForNode },
    {
      ...shared,
      // For pages without a build: one file with everything inside, from a CDN say.
      entry: { index: 'src/index.ts' },
      outDir: 'dist/browser',
      format: 'esm',
      platform: 'browser',
      noExternal: [/./],
      esbuildPlugins: withoutRawLines,
      minify: true,
      banner: {
        js: '/*! @chat/client, MIT License; contains code of others: THIRD-PARTY-NOTICES.txt */',
      },
    },
  ];
});
