import { existsSync } from 'node:fs';
import * as chromium from './chromium.mjs';
import * as firefox from './firefox.mjs';
import * as webkit from './webkit.mjs';

const browsers = { chromium, firefox, webkit };

/** Which browser the tests use. */
export const browserName = process.env.CHAT_BROWSER ?? 'chromium';
if (!(browserName in browsers)) {
  throw new Error(`CHAT_BROWSER is "${browserName}". Valid: ${Object.keys(browsers).join(', ')}.`);
}

/** The program of a browser or of its driver. */
export const executablePathOf = (name) => browsers[name].executablePath;

/** Why the tests cannot run, or `false`. In CI they always run, and fail without the browser. */
export function whyNoBrowser() {
  const path = executablePathOf(browserName);
  if (existsSync(path) || process.env.CI) return false;
  return `There is no ${browserName} at ${path}.`;
}

/**
 * Starts the browser.
 * @param {(name: string) => Promise<any>} load imports a package that the example installs
 * @param {string} [name] of the browser
 * @returns {Promise<Browser>}
 */
export const openBrowser = (load, name = browserName) => browsers[name].open(load);

/**
 * @typedef {object} Browser
 * @property {() => Promise<Context>} openContext
 * @property {() => Promise<void>} close
 */

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
 * @property {<Result, Parameter>(script: (parameter: Parameter) => Result | Promise<Result>, parameter?: Parameter) =>
 *   Promise<Result>} evaluate calls a function in the page. Its parameter and its result are JSON
 * @property {import('playwright-core').Page} [page] of Chromium, for what only it can do
 */
