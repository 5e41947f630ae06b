export const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export async function open(load) {
  const { chromium } = await load('playwright-core');
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  return {
    async openContext() {
      const context = await browser.newContext();
      const errors = [];
      context.on('weberror', (error) => errors.push(String(error.error())));
      return {
        errors,
        openTab: async () => tabOf(await context.newPage()),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}

const tabOf = (page) => ({
  page,
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  fill: (label, text) => page.getByLabel(label, { exact: true }).fill(text),
  click: (name) => page.getByRole('button', { name, exact: true }).click(),
  close: () => page.close(),
  texts: (selector) => page.locator(selector).allTextContents(),
  evaluate: (script, parameter) => page.evaluate(script, parameter),
});
