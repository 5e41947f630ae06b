import { defineConfig } from 'tsup';

// For the scripts that write documents from it; client and server are built from its sources.
export default defineConfig({
  entry: { index: 'src/index.ts', 'documents/index': 'src/documents/index.ts' },
  format: ['esm'],
  target: 'es2022',
  metafile: true,
  clean: true,
});
