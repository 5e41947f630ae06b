// What axe finds on the built site, in a real Chromium: one page of each kind, light on a desktop and dark on a phone.
import axe from 'axe-core';

const kinds = [
  'index.html',
  'guides/errors-and-retries.html',
  'operations/configuration.html',
  'protocol.html',
  'http-api.html',
  'websocket-api.html',
  'architecture.html',
  'reference/@chat/client/index.html',
  'reference/@chat/client/classes/ChatClient.html',
  'reference/@chat/client/react/interfaces/UseChat.html',
];
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 900 } },
];

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url where the site is
 * @returns {Promise<string[]>} a sentence for each problem
 */
export async function accessibilityProblems(browser, url, pages = kinds) {
  const problems = [];
  for (const look of looks) {
    const context = await browser.newContext({
      ...look,
      reducedMotion: 'reduce',
      // Compressing the script of Mermaid would take the server many seconds.
      extraHTTPHeaders: { 'accept-encoding': 'identity' },
    });
    const page = await context.newPage();
    // For slow machines.
    page.setDefaultTimeout(180_000);
    for (const path of pages) {
      await page.goto(`${url}/${path}`);
      // Scripts change a page after it was loaded. A page that has none is complete.
      await page.waitForFunction(
        () =>
          globalThis.__VP_HASH_MAP__ === undefined || document.querySelector('#app')?.__vue_app__,
      );
      await page.waitForFunction(() => document.querySelector('.mermaid-source') === null);
      await page.evaluate(axe.source);
      const findings = await page.evaluate(() =>
        globalThis.axe.run({ resultTypes: ['violations'], preload: false }),
      );
      const where = `${path} (${look.colorScheme}, ${look.viewport.width} px)`;
      for (const { id, help, nodes } of findings.violations)
        problems.push(`${where}: ${help} (${id}), as in ${nodes[0].html}`);
      const hidden = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (hidden > 0) problems.push(`${where}: The page is ${hidden} px wider than the screen.`);
    }
    await context.close();
  }
  return problems;
}
