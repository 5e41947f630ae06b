import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { chromiumFlags, executablePath } from '../chromium.mjs';
import { manifestOf } from '../packages/install.mjs';
import { noteOf, withStage } from './steps.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html' };

/** How the page gets the client: each makes a file of the project that the page loads as a module. */
const ways = {
  module: {
    title: 'plain module, no build',
    importMap: { '@chat/client': '/node_modules/@chat/client/dist/browser/index.js' },
    make: async () => 'page.mjs',
  },
  esbuild: {
    title: 'bundled by esbuild',
    packages: [],
    async make(project) {
      const outfile = 'esbuild-bundle.js';
      await build({
        entryPoints: [join(project, 'page.mjs')],
        outfile: join(project, outfile),
        bundle: true,
        minify: true,
        format: 'esm',
        logLevel: 'silent',
      });
      return outfile;
    },
  },
  vite: {
    title: 'bundled by Vite',
    packages: ['vite'],
    async make(project) {
      const { build: bundle } = await importFrom(project, 'vite/dist/node/index.js');
      await bundle({
        root: project,
        logLevel: 'silent',
        configFile: false,
        build: {
          outDir: 'vite-bundle',
          rollupOptions: {
            input: join(project, 'page.mjs'),
            output: { entryFileNames: 'page.js' },
          },
        },
      });
      return 'vite-bundle/page.js';
    },
  },
  webpack: {
    title: 'bundled by webpack',
    packages: ['webpack'],
    async make(project) {
      const { default: webpack } = await importFrom(project, 'webpack/lib/index.js');
      const stats = await new Promise((resolve, reject) => {
        const configuration = {
          mode: 'production',
          context: project,
          entry: './page.mjs',
          output: { path: join(project, 'webpack-bundle'), filename: 'page.js' },
        };
        webpack(configuration, (error, result) => (error ? reject(error) : resolve(result)));
      });
      if (stats.hasErrors() || stats.hasWarnings()) {
        throw new Error(stats.toString({ all: false, errors: true, warnings: true }));
      }
      return 'webpack-bundle/page.js';
    },
  },
};

export const chromiumRows = Object.entries(ways).map(([name, way]) => ({
  name: `chromium-${name}`,
  title: 'Chromium',
  async run({ projects, prove }) {
    const { packages = [] } = way;
    const project = await projects.create(
      packages.length > 0 ? packages.join('-') : 'plain',
      packages,
    );
    const browser = await chromium.launch({ executablePath, args: chromiumFlags });
    const site = await openSite(project);
    const [bundler] = packages;
    const how = bundler
      ? `${way.title} ${(await manifestOf(project, bundler)).version}`
      : way.title;
    try {
      await withStage({ project }, (said) =>
        prove({ version: browser.version(), how }, async () => {
          site.serve(await way.make(project), way.importMap);
          const page = await browser.newPage();
          const complaints = [];
          page.on('pageerror', (error) => complaints.push(String(error)));
          await page.goto(site.url);
          await page
            .waitForFunction(() => 'run' in globalThis)
            .catch((error) => {
              throw new Error(`${complaints.join('\n')}\n${error.message}`);
            });
          return noteOf(await page.evaluate((stage) => globalThis.run(stage), JSON.parse(said)));
        }),
      );
    } finally {
      await browser.close();
      site.close();
    }
  },
}));

/** A page for one script, and the files of the project. */
async function openSite(project) {
  let html = '';
  const server = createServer(async ({ url }, response) => {
    const path = new URL(url, 'http://site').pathname;
    const type = types[extname(path)] ?? 'text/html';
    const body = path === '/' ? html : await readFile(join(project, path)).catch(() => undefined);
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': `${type}; charset=utf-8`,
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    serve(script, importMap = {}) {
      html = `<!doctype html><meta charset="utf-8"><title>Matrix</title>
        <script type="importmap">${JSON.stringify({ imports: importMap })}</script>
        <script type="module" src="/${script}"></script>`;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function importFrom(project, path) {
  return import(join(project, 'node_modules', path));
}
