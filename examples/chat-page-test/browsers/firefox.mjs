// Firefox through WebDriver BiDi.
import { button, field } from './selectors.mjs';

export const executablePath = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';

export async function open(load) {
  const { default: puppeteer } = await load('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    timeout: 120_000,
  });
  return {
    async openContext() {
      const context = await browser.createBrowserContext();
      const errors = [];
      return {
        errors,
        async openTab() {
          const page = await context.newPage();
          await collectErrors(page, errors);
          return tabOf(page);
        },
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** The event `pageerror` does not distinguish what a script did not catch from a failed request. */
async function collectErrors(page, errors) {
  const prefix = 'Not caught: ';
  page.on('console', (message) => {
    if (message.text().startsWith(prefix)) errors.push(message.text());
  });
  await page.evaluateOnNewDocument((prefix) => {
    addEventListener('error', ({ message }) => console.error(prefix + message));
    addEventListener('unhandledrejection', ({ reason }) => console.error(prefix + reason));
  }, prefix);
}

function tabOf(page) {
  /** Puppeteer waits until the element does not move, and a tab in the background draws nothing. */
  const find = async (xpath) => {
    await page.bringToFront();
    return page.locator(`::-p-xpath(${xpath})`).setTimeout(60_000);
  };
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    fill: async (label, text) => await (await find(field(label))).fill(text),
    click: async (name) => await (await find(button(name))).click(),
    close: () => page.close(),
    texts: (selector) =>
      page.$$eval(selector, (elements) => elements.map(({ textContent }) => textContent)),
    evaluate: (script, parameter) => page.evaluate(script, parameter),
  };
}
