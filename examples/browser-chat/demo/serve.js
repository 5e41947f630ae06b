import { fileURLToPath } from 'node:url';
import { preview } from 'vite';
import { startServer } from './server.js';

/** The demo server, and in front of it the page as it was built, with Vite's proxy. */
export async function serve(port = 5173) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const server = await startServer();
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
