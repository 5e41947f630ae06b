import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  entry: { index: 'src/index.ts', 'react/index': 'src/react/index.ts' },
  target: 'es2022',
  // Without the root's `paths`: the declarations are rolled up from what the contract has built.
  tsconfig: '../../tsconfig.build.json',
  noExternal: ['@chat/contract'],
};

export default defineConfig([
  {
    ...shared,
    format: 'esm',
    clean: true,
    dts: {
      resolve: ['@chat/contract'],
      // For `await using`, in programs whose `lib` is older.
      banner: '/// <reference lib="esnext.disposable" />',
      compilerOptions: {
        // tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
        ignoreDeprecations: '6.0',
        stripInternal: true,
      },
    },
  },
  {
    ...shared,
    format: 'cjs',
    // ky has no CommonJS of its own.
    noExternal: ['@chat/contract', 'ky'],
  },
]);
