import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openBrowser, type Tab } from '../support/browser.js';
import { behaviourCases } from './cases.js';

describe.skipIf(!canBrowse())('the mock under MSW in a page', () => {
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    browser = await openBrowser(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
    tab = await (await browser.openContext()).openTab();
    await tab.goto(browser.origin);
    await tab.evaluate(() => window.mockReady);
  });
  afterAll(() => browser?.close());

  it.each(behaviourCases.map((each) => [each.name, each.expected] as const))(
    '%s',
    async (name, expected) => {
      expect(await tab.evaluate((given) => window.runCase(given), name)).toEqual(expected);
    },
  );
});
