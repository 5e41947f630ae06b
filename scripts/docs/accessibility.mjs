// What axe finds on the built site, in a real Chromium: one page of each kind, light and dark, wide and narrow.
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';

const kinds = [
  'index.html',
  'guides/errors-and-retries.html',
  'protocol.html',
  'http-api.html',
  'websocket-api.html',
  'performance.html',
  'architecture.html',
  'decisions.html',
  'reference/client.html',
  'reference/client/ChatClient.html',
  'reference/client/ChatClientOptions.html',
  'reference/client/ClosePolicy.html',
];
const looks = ['light', 'dark'].flatMap((colorScheme) =>
  [1280, 390].map((width) => ({ colorScheme, viewport: { width, height: 900 } })),
);

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} site the folder
 * @returns {Promise<string[]>} a sentence for each finding
 */
export async function inaccessibleParts(browser, site, pages = kinds) {
  const found = [];
  for (const look of looks) {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    for (const path of pages) {
      await page.goto(pathToFileURL(`${site}/${path}`).href);
      // The menu is made by a script of the page.
      await page.waitForFunction(
        () => !document.querySelector('#tsd-nav-container')?.textContent.includes('Loading'),
      );
      await page.evaluate(axe.source);
      const findings = await page.evaluate(() => globalThis.axe.run());
      const where = `${path} (${look.colorScheme}, ${look.viewport.width} px)`;
      for (const { id, help, nodes } of findings.violations)
        found.push(`${where}: ${help} (${id}), as in ${nodes[0].html}`);
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (beyond > 0) found.push(`${where}: ${beyond} px of the page are out of sight.`);
    }
    await context.close();
  }
  return found;
}
