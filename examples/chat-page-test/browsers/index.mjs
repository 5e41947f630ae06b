import { existsSync } from 'node:fs';
import * as chromium from './chromium.mjs';
import * as firefox from './firefox.mjs';
import * as webkit from './webkit.mjs';

const browsers = { chromium, firefox, webkit };
const name = process.env.CHAT_BROWSER ?? 'chromium';
const browser = browsers[name];
if (browser === undefined) {
  throw new Error(`CHAT_BROWSER is "${name}". Valid: ${Object.keys(browsers).join(', ')}.`);
}

/** Why the tests cannot run, or `false`. In CI they always run, and fail without the browser. */
export function whyNoBrowser() {
  if (existsSync(browser.executablePath) || process.env.CI) return false;
  return `There is no ${name} at ${browser.executablePath}.`;
}

/**
 * Starts the browser.
 * @param load imports a package that the example installs
 * @returns {Promise<{ openContext(): Promise<Context>, close(): Promise<void> }>}
 */
export const openBrowser = (load) => browser.open(load);

/**
 * Tabs that share their storage.
 * @typedef {object} Context
 * @property {string[]} errors what the pages did not catch
 * @property {() => Promise<Tab>} openTab
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Tab
 * @property {(url: string) => Promise<void>} goto
 * @property {() => Promise<void>} reload
 * @property {(label: string, text: string) => Promise<void>} fill waits for the field
 * @property {(name: string) => Promise<void>} click waits for the button
 * @property {() => Promise<void>} close
 * @property {(selector: string) => Promise<string[]>} texts the text of each element now
 */
