import { fileURLToPath } from 'node:url';
import { checks } from '@chat/conformance';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openBrowser, type Tab } from '../support/browser.js';
import { mockMissingCapabilities } from './mock-harness.js';

describe.skipIf(!canBrowse())('the mock in a page, with a service worker', () => {
  let browser: Browser;
  let tab: Tab;

  beforeAll(async () => {
    browser = await openBrowser(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
    tab = await (await browser.openContext()).openTab();
    await tab.goto(browser.origin);
    await tab.evaluate(() => window.ready);
  });
  afterAll(() => browser?.close());

  it.each(checks.map((check) => [check.id, check.rule] as const))('%s %s', async (id) => {
    const result = await tab.evaluate((name) => window.check(name), id);
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
