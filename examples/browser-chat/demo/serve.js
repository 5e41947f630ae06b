import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { delay } from './assistant.js';
import { startServer } from './server.js';

/** The demo server, behind Vite's preview server, which serves the built page and proxies API requests. */
export async function serve(port = 5173, wait = delay) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const server = await startServer(0, wait);
  process.env.CHAT_URL = server.url;
  const page = await preview({ root, preview: { port }, logLevel: 'silent' });
  return {
    url: page.resolvedUrls?.local[0] ?? '',
    async close() {
      await page.close();
      await server.close();
    },
  };
}
