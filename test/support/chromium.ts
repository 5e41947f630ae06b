import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { type BrowserContext, chromium } from 'playwright-core';
import { chromiumFlags, executablePath } from '../../scripts/chromium.mjs';

export { canBrowse } from '../../scripts/chromium.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
export interface Browser {
  /** The origin of the page and of MSW's service worker. */
  readonly origin: string;
  /** Its tabs share storage and service worker. */
  readonly context: BrowserContext;
  /** The paths that reached the server because no service worker handled them. */
  readonly served: readonly string[];
  /** Ends the browser at once, as a crash would, and starts it with the same profile. */
  crash(): Promise<void>;
  close(): Promise<void>;
}

/** A page on a free port: every path serves it with the same bundled script. */
export interface ServedPage {
  readonly origin: string;
  /** The paths that reached the server because no service worker handled them. */
  readonly served: readonly string[];
  close(): Promise<void>;
}

/**
 * Bundles a script and serves a page with it.
 * @param script the entry, an absolute path
 * @param plugins for files that esbuild cannot compile
 */
export async function servePage(script: string, plugins: Plugin[] = []): Promise<ServedPage> {
  const files = new Map([
    ['/script.js', { type: 'text/javascript', body: await bundle(script, plugins) }],
    ['/mockServiceWorker.js', { type: 'text/javascript', body: await serviceWorker() }],
  ]);
  const page =
    '<!doctype html><meta charset="utf-8"><script type="module" src="/script.js"></script>';
  const served: string[] = [];
  const server = createServer((request, response) => {
    served.push(request.url ?? '');
    const { type, body } = files.get(request.url ?? '') ?? { type: 'text/html', body: page };
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts Chromium with a new profile, and a server of a page with this script. */
export async function openChromium(script: string, plugins: Plugin[] = []): Promise<Browser> {
  const page = await servePage(script, plugins);
  const profile = await mkdtemp(join(tmpdir(), 'chat-chromium-'));
  const launch = () =>
    chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: chromiumFlags,
    });
  let context = await launch();
  return {
    origin: page.origin,
    get context() {
      return context;
    },
    served: page.served,
    async crash() {
      const closed = new Promise((resolve) => context.once('close', resolve));
      process.kill(await browserPid(context), 'SIGKILL');
      await closed;
      context = await launch();
    },
    async close() {
      await context.close();
      await page.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

async function browserPid(context: BrowserContext): Promise<number> {
  const session = await context.browser()?.newBrowserCDPSession();
  const { processInfo = [] } = (await session?.send('SystemInfo.getProcessInfo')) ?? {};
  const browser = processInfo.find(({ type }) => type === 'browser');
  if (browser === undefined) throw new Error('Chromium does not tell its process.');
  return browser.id;
}

/** Fails when the script imports a Node module. */
async function bundle(script: string, plugins: Plugin[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [script],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    sourcemap: 'inline',
    // Its `paths` lead to the sources of the packages.
    tsconfig: join(root, 'tsconfig.json'),
    plugins,
    define: {
      'process.env.NODE_ENV': '"test"',
      __VUE_OPTIONS_API__: 'false',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
  return outputFiles[0]?.text ?? '';
}

function serviceWorker(): Promise<string> {
  return readFile(join(root, 'node_modules/msw/lib/mockServiceWorker.js'), 'utf8');
}
