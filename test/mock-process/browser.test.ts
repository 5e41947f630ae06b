import { fileURLToPath } from 'node:url';
import { type ConnectedMock, type StartedMock, startMock } from '@chat/server/mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Browser,
  type Context,
  canBrowse,
  openBrowser,
  type Tab,
} from '../support/browser.js';

describe.skipIf(!canBrowse())('a page with the mock process', () => {
  let started: StartedMock;
  let browser: Browser;
  let context: Context;

  beforeAll(async () => {
    started = await startMock({ users: [{ username: 'ada', password: 's3cret' }] });
    browser = await openBrowser(fileURLToPath(new URL('browser/page.ts', import.meta.url)));
    context = await browser.openContext();
  });
  afterAll(async () => {
    await browser?.close();
    await started?.stop();
  });

  /** A page and a namespace for one test, as a fixture of Playwright creates them. */
  async function withMock(test: (tab: Tab, mock: ConnectedMock) => Promise<void>) {
    const mock = await started.createNamespace();
    const tab = await context.openTab();
    try {
      await tab.goto(browser.origin);
      await test(tab, mock);
    } finally {
      await tab.close();
      await mock.remove();
    }
  }

  const talk = (tab: Tab, { url }: ConnectedMock) =>
    tab.evaluate((baseUrl) => window.talk(baseUrl, ['Hello', 'Hi']).catch(String), url);

  it('calls the mock from another origin, over HTTP and a socket', () =>
    withMock(async (tab, mock) => {
      await mock.reply({ template: 'You said {{message}}' });
      expect(await talk(tab, mock)).toEqual(['You said Hello', 'You said Hi']);
      expect(await mock.messages('ada')).toHaveLength(4);
    }));

  it('isolates pages that run at the same time', () =>
    withMock((firstTab, first) =>
      withMock(async (secondTab, second) => {
        await first.reply({ content: 'First' });
        await second.reply({ content: 'Second' });
        expect(await Promise.all([talk(firstTab, first), talk(secondTab, second)])).toEqual([
          ['First', 'First'],
          ['Second', 'Second'],
        ]);
      }),
    ));

  it('shows the page a failed request', () =>
    withMock(async (tab, mock) => {
      await mock.fail('sendMessage', { status: 500, detail: 'Out of order.', times: 1 });
      expect(await talk(tab, mock)).toContain('status 500: Out of order.');
      expect((await mock.requests).at(-1)).toMatchObject({ route: 'sendMessage', status: 500 });
    }));
});
