import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';
import { behaviourCases } from './cases.js';

describe.skipIf(!canBrowse())('the mock under MSW in Chromium', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await openChromium(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
    page = await browser.context.newPage();
    await page.goto(browser.origin);
    await page.evaluate(() => window.mockReady);
  });
  afterAll(() => browser?.close());

  it.each(behaviourCases.map((each) => [each.name, each.expected] as const))(
    '%s',
    async (name, expected) => {
      expect(await page.evaluate((given) => window.runCase(given), name)).toEqual(expected);
    },
  );
});
