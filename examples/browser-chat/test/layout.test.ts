// Runs in the browser of the variable CHAT_BROWSER.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '../demo/serve.js';
import { measurePage } from './browser.js';
import { eventually } from './page.js';

// Its types would be checked with the options of this example.
const shared = new URL('../../chat-page-test/browsers/index.mjs', import.meta.url).href;
const { openBrowser, whyNoBrowser } = await import(/* @vite-ignore */ shared);

interface Tab {
  goto(url: string): Promise<void>;
  click(button: string): Promise<void>;
  texts(selector: string): Promise<string[]>;
  evaluate<Result, Parameter>(
    script: (parameter: Parameter) => Result,
    parameter?: Parameter,
  ): Promise<Result>;
}

describe.skipIf(whyNoBrowser())('the layout of the page', () => {
  let demo: Awaited<ReturnType<typeof serve>>;
  let browser: { openContext(): Promise<{ openTab(): Promise<Tab> }>; close(): Promise<void> };
  let tab: Tab;

  beforeAll(async () => {
    demo = await serve(0);
    browser = await openBrowser((name: string) => import(/* @vite-ignore */ name));
    tab = await (await browser.openContext()).openTab();
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });
  beforeEach(async () => {
    await tab.goto(demo.url);
    await eventually(async () => expect(await tab.texts('button')).not.toEqual([]));
    if ((await tab.texts('button')).includes('Log in')) await tab.click('Log in');
    await eventually(async () => expect(await tab.texts('.badge')).toEqual(['Connected']));
  });

  it('fits the window, with each panel', async () => {
    const expectToFit = async () => {
      const [width, height] = await tab.evaluate(() => [innerWidth, innerHeight]);
      expect(await tab.evaluate(measurePage)).toEqual({ width, height, outside: [] });
    };
    await eventually(async () => expect(await tab.texts('article')).not.toEqual([]));
    await expectToFit();
    for (const panel of ['Sessions', 'Statistics', 'Simulate failures']) {
      await tab.click(panel);
      await expectToFit();
    }
  });

  it('shows the statistics next to each other, with a small chart', async () => {
    await tab.click('Statistics');
    await eventually(async () => expect(await tab.texts('.donut')).toHaveLength(1));
    const { size, covered } = await tab.evaluate(() => {
      const donut = document.querySelector('.donut')!;
      const { left, top, right, bottom, width, height } = donut.getBoundingClientRect();
      const others = [...document.querySelectorAll('section :is(dt, dd, h2, h3, figure)')];
      const covered = others.filter((other) => {
        const box = other.getBoundingClientRect();
        const isBeside =
          box.right <= left || box.left >= right || box.bottom <= top || box.top >= bottom;
        return !isBeside && !other.contains(donut);
      });
      return { size: [width, height], covered: covered.map(({ outerHTML }) => outerHTML) };
    });
    expect(covered).toEqual([]);
    for (const length of size) {
      expect(length).toBeGreaterThan(60);
      expect(length).toBeLessThan(130);
    }
  });

  it('enlarges the message field with its text', async () => {
    const height = (text: string) =>
      tab.evaluate((text) => {
        const field = document.querySelector<HTMLTextAreaElement>('#message-field')!;
        // As React notices it.
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!.call(
          field,
          text,
        );
        field.dispatchEvent(new Event('input', { bubbles: true }));
        return new Promise<{ hidden: number; height: number }>((resolve) => {
          setTimeout(() =>
            // Nothing is clipped until the maximum height is reached.
            resolve({
              hidden: field.scrollHeight - field.clientHeight,
              height: field.getBoundingClientRect().height,
            }),
          );
        });
      }, text);
    const empty = await height('');
    const long = await height('Does the ferry run in a storm? '.repeat(8));
    const lines = await height('One\nTwo\n');
    expect(long.height).toBeGreaterThan(empty.height * 1.5);
    expect(lines.height).toBeGreaterThan(empty.height * 1.5);
    expect([empty.hidden, long.hidden, lines.hidden]).toEqual([0, 0, 0]);
    expect((await height('Line\n'.repeat(200))).height).toBeLessThan(200);
    expect(await tab.evaluate(() => document.querySelector('.log')!.clientHeight)).toBeGreaterThan(
      200,
    );
  });
});
