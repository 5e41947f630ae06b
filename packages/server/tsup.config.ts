import { rm } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  target: 'es2022',
  tsconfig: '../../tsconfig.build.json',
  // The contract is private: its code and its types go into what is published.
  noExternal: ['@chat/contract'],
};

const library = { index: 'src/index.ts', 'msw/index': 'src/msw/index.ts' };

const types = {
  resolve: ['@chat/contract'],
  // tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  compilerOptions: { ignoreDeprecations: '6.0' },
};

export default defineConfig(async () => {
  // Here and not by `clean`: two builds share the folder, and one would clear what the other made.
  await rm('dist', { recursive: true, force: true });
  return [
    {
      ...shared,
      // Library and program share their chunks.
      entry: { ...library, 'cli/main': 'src/cli/main.ts' },
      format: 'esm',
      dts: { ...types, entry: library },
    },
    // Its declarations are made from those of the ES modules.
    { ...shared, entry: library, format: 'cjs' },
  ];
});
