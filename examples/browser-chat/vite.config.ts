import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { defineConfig, type Plugin } from 'vite';

/** Serves MSW's service worker from the installed package, so that it always has the matching version. */
function mockServiceWorker(): Plugin {
  const name = 'mockServiceWorker.js';
  const source = () => readFile(createRequire(import.meta.url).resolve(`msw/${name}`), 'utf8');
  return {
    name: 'mock-service-worker',
    configureServer({ middlewares }) {
      middlewares.use(`/${name}`, async (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript').end(await source());
      });
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: name, source: await source() });
    },
  };
}

// The API server, unless the page uses the mock.
const target = process.env.CHAT_URL ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [mockServiceWorker()],
  // The mock contains a whole server, so its chunk is large.
  build: { chunkSizeWarningLimit: 700 },
  server: { proxy: { '/api': target, '/ws': { target, ws: true } } },
});
