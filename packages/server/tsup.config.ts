import { rm } from 'node:fs/promises';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  target: 'es2022',
  // The root's `paths` lead to the sources of the contract, which is private: its code goes into what is published.
  tsconfig: '../../tsconfig.json',
  noExternal: ['@chat/contract'],
  metafile: true,
};

const library = { index: 'src/index.ts', 'msw/index': 'src/msw/index.ts' };

export default defineConfig(async () => {
  // Here and not by `clean`: two builds share the folder, and one would clear what the other made.
  await rm('dist', { recursive: true, force: true });
  return [
    // Library and program share their chunks.
    { ...shared, entry: { ...library, 'cli/main': 'src/cli/main.ts' }, format: 'esm' },
    { ...shared, entry: library, format: 'cjs' },
  ];
});
