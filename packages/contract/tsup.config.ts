import { defineConfig } from 'tsup';

export default defineConfig({
  // File by file, so that who bundles it leaves out what it does not use: a schema is made by a call,
  // which no bundler drops from within a file.
  entry: ['src/**/*.ts', '!src/**/*.test.ts'],
  bundle: false,
  format: ['esm'],
  // tsup hands TypeScript a `baseUrl`, which TypeScript 6 calls deprecated.
  dts: {
    entry: { index: 'src/index.ts', 'documents/index': 'src/documents/index.ts' },
    compilerOptions: { ignoreDeprecations: '6.0' },
  },
  target: 'es2022',
  clean: true,
});
