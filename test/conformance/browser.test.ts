import { fileURLToPath } from 'node:url';
import { checks } from '@chat/conformance';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';
import { mockMissingCapabilities } from './mock-harness.js';

describe.skipIf(!canBrowse())('the mock in Chromium, with a service worker', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await openChromium(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
    page = await browser.context.newPage();
    await page.goto(browser.origin);
    await page.evaluate(() => window.ready);
  });
  afterAll(() => browser?.close());

  it.each(checks.map((check) => [check.id, check.rule] as const))('%s %s', async (id) => {
    const result = await page.evaluate((name) => window.check(name), id);
    if (result.outcome === 'skipped') {
      expect(Object.values(mockMissingCapabilities)).toContain(result.reason);
    } else {
      expect(result).toEqual({ outcome: 'passed' });
    }
  });

  it('sends no request to the network', () => {
    expect(browser.served.filter((path) => path.startsWith('/support'))).toEqual([]);
  });
});
