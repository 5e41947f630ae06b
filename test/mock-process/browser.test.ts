import { fileURLToPath } from 'node:url';
import { type ConnectedMock, type StartedMock, startMock } from '@chat/server/mock';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, canBrowse, openChromium } from '../support/chromium.js';

describe.skipIf(!canBrowse())('a page in Chromium with the mock process', () => {
  let started: StartedMock;
  let browser: Browser;

  beforeAll(async () => {
    started = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
    browser = await openChromium(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
  });
  afterAll(async () => {
    await browser?.close();
    await started?.stop();
  });

  /** A page and a namespace for one test, as a fixture of Playwright creates them. */
  async function withMock(test: (page: Page, mock: ConnectedMock) => Promise<void>) {
    const mock = await started.createNamespace();
    const page = await browser.context.newPage();
    try {
      await page.goto(browser.origin);
      await page.waitForFunction(() => 'talk' in window);
      await test(page, mock);
    } finally {
      await page.close();
      await mock.remove();
    }
  }

  const talk = (page: Page, { url }: ConnectedMock) =>
    page.evaluate((baseUrl) => window.talk(baseUrl, ['Hello', 'Hi']), url);

  it('calls the mock from another origin, over HTTP and a socket', () =>
    withMock(async (page, mock) => {
      await mock.reply({ template: 'You said {{message}}' });
      expect(await talk(page, mock)).toEqual(['You said Hello', 'You said Hi']);
      expect(await mock.messages('ada')).toHaveLength(4);
    }));

  it('isolates pages that run at the same time', () =>
    withMock((firstPage, first) =>
      withMock(async (secondPage, second) => {
        await first.reply({ content: 'First' });
        await second.reply({ content: 'Second' });
        expect(await Promise.all([talk(firstPage, first), talk(secondPage, second)])).toEqual([
          ['First', 'First'],
          ['Second', 'Second'],
        ]);
      }),
    ));

  it('shows the page a failed request', () =>
    withMock(async (page, mock) => {
      await mock.fail('sendMessage', { status: 500, detail: 'Out of order.', times: 1 });
      await expect(talk(page, mock)).rejects.toThrow('status 500: Out of order.');
      expect((await mock.requests).at(-1)).toMatchObject({ route: 'sendMessage', status: 500 });
    }));
});
