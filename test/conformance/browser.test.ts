import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checks } from '../../packages/server/src/conformance/checks/index.js';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';
import { mockCannot } from './mock-harness.js';

describe.skipIf(!canBrowse())('the mock in Chromium, behind a service worker', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    browser = await openChromium(new URL('browser/page.ts', import.meta.url).pathname);
    page = await browser.context.newPage();
    await page.goto(browser.origin);
    await page.evaluate(() => window.ready);
  });
  afterAll(() => browser?.close());

  it.each(checks.map((check) => [check.id, check.says] as const))(
    '%s %s',
    async (id) => {
      const result = await page.evaluate((name) => window.check(name), id);
      if (result.outcome === 'skipped') {
        expect(Object.values(mockCannot)).toContain(result.reason);
      } else {
        expect(result).toEqual({ outcome: 'passed' });
      }
    },
    60_000,
  );

  it('let no call through to the network', () => {
    expect(browser.served.filter((path) => path.startsWith('/support'))).toEqual([]);
  });
});
