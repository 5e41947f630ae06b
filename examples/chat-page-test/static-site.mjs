import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const types = { html: 'text/html', js: 'text/javascript', css: 'text/css' };

/** Serves a folder on a free port. @param {URL} folder with a slash at its end */
export async function serveFolder(folder) {
  const server = createServer(async (request, response) => {
    const path = request.url.split('?')[0].slice(1) || 'index.html';
    const content = await readFile(new URL(path, folder)).catch(() => undefined);
    const type = types[path.split('.').at(-1)] ?? 'application/octet-stream';
    response.writeHead(content ? 200 : 404, { 'content-type': type }).end(content);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
