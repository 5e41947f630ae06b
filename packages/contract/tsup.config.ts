import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', 'documents/index': 'src/documents/index.ts' },
  format: ['esm'],
  // tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  target: 'es2022',
  clean: true,
});
