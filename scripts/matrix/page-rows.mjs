import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { build } from 'esbuild';
import { openBrowser } from '../../examples/chat-page-test/browsers/index.mjs';
import { eventually } from '../../examples/chat-page-test/eventually.mjs';
import { loadDriver } from '../lib/browser-drivers.mjs';
import { importFrom, manifestOf } from '../lib/packages.mjs';
import { browsers, versionOf } from './browsers.mjs';
import { runWebpack } from './node-bundles.mjs';
import { lastStep, withTestServer } from './run-programs.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript' };
const importMap = { '@chat/client': '/node_modules/@chat/client/dist/browser/index.js' };

/** Each makes the script of the page, and returns its path in the project. */
const bundlers = {
  module: async () => 'page.mjs',
  async esbuild(project) {
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
  async vite(project) {
    const vite = await importFrom(project, 'vite/dist/node/index.js');
    await vite.build({
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
  async webpack(project) {
    const stats = await runWebpack(project, {
      context: project,
      entry: './page.mjs',
      output: { path: join(project, 'webpack-bundle'), filename: 'page.js' },
    });
    if (stats.hasWarnings()) throw new Error(stats.toString({ all: false, warnings: true }));
    return 'webpack-bundle/page.js';
  },
};

/**
 * The suite in a page.
 * @param {keyof typeof browsers} browserName
 * @param {keyof typeof bundlers} name
 */
function runInPage(browserName, name, title) {
  return async ({ project, check }) => {
    const browser = await openBrowser(loadDriver, browserName);
    let script = '';
    const site = createServer(async ({ url }, response) => {
      const path = new URL(url, 'http://site').pathname;
      const body =
        path === '/' ? pageOf(script) : await readFile(join(project, path)).catch(() => undefined);
      const type = types[extname(path)] ?? 'text/html';
      response.writeHead(body === undefined ? 404 : 200, {
        'content-type': `${type}; charset=utf-8`,
      });
      response.end(body);
    });
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
    const isInstalled = name === 'vite' || name === 'webpack';
    const version = await versionOf(browserName);
    const how = isInstalled ? `${title} ${(await manifestOf(project, name)).version}` : title;
    try {
      await withTestServer(project, (server) =>
        check(version, how, async () => {
          script = await bundlers[name](project);
          const { openTab, errors } = await browser.openContext();
          const tab = await openTab();
          await tab.goto(`http://127.0.0.1:${site.address().port}/`);
          await eventually(async () => {
            const isReady = await tab.evaluate(() => 'run' in globalThis);
            if (!isReady) throw new Error(`The script did not start. ${errors.join('\n')}`);
          });
          const steps = await tab.evaluate((server) => globalThis.run(server), JSON.parse(server));
          return lastStep(JSON.stringify(steps));
        }),
      );
    } finally {
      await browser.close();
      site.close();
      site.closeAllConnections();
    }
  };
}

function pageOf(script) {
  const imports = script.endsWith('.mjs') ? importMap : {};
  return `<!doctype html><meta charset="utf-8"><title>Matrix</title>
    <script type="importmap">${JSON.stringify({ imports })}</script>
    <script type="module" src="/${script}"></script>`;
}

/** A row with the suite in a page. */
export const pageRow = (browser, name, title) => ({
  name: `${browser}-${name}`,
  title: browsers[browser].title,
  packages: name === 'vite' || name === 'webpack' ? [name] : [],
  slow: browser !== 'chromium',
  run: runInPage(browser, name, title),
});
