import { defineConfig } from 'tsup';

// For the scripts that generate documents. Client and server are built from the sources.
export default defineConfig({
  entry: { index: 'src/index.ts', 'documents/index': 'src/documents/index.ts' },
  format: ['esm'],
  target: 'es2022',
  metafile: true,
  clean: true,
});
