import type { Plugin } from 'esbuild';
import {
  browserName,
  type Context,
  openBrowser as launch,
  type Tab,
  whyNoBrowser,
} from '../../examples/chat-page-test/browsers/index.mjs';
import { loadDriver } from '../../scripts/lib/browser-drivers.mjs';
import { type ServedPage, servePage } from './chromium.js';

export type { Context, Tab };

/** Not every driver can do what a test needs. */
export const isChromium = browserName === 'chromium';

/** Whether tests in a browser can run. In CI they always run, and fail without it. */
export function canBrowse(): boolean {
  const problem = whyNoBrowser();
  if (problem) console.warn(`\n*** SKIPPED: ${problem} NOTHING IS TESTED IN A BROWSER. ***\n`);
  return !problem;
}

/** The browser of the variable `CHAT_BROWSER`, and a server of a page. */
export interface Browser extends ServedPage {
  /** Tabs that share storage and service worker. */
  openContext(): Promise<Context>;
}

/**
 * Starts the browser, and a server of a page with this script.
 * @param script an absolute path
 * @param plugins for files that esbuild cannot compile
 */
export async function openBrowser(script: string, plugins: Plugin[] = []): Promise<Browser> {
  const page = await servePage(script, plugins);
  const browser = await launch(loadDriver);
  return {
    ...page,
    openContext: () => browser.openContext(),
    async close() {
      await browser.close();
      await page.close();
    },
  };
}
