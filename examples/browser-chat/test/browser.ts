import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** In CI a missing Chromium is a failure; elsewhere the tests are skipped with a warning. */
export const canBrowse = existsSync(executablePath) || process.env.CI !== undefined;
if (!canBrowse) console.warn(`*** SKIPPED: no Chromium at ${executablePath} (CHROMIUM_PATH) ***`);

export const desktop = { width: 1200, height: 780 };
export const phone = { width: 390, height: 780 };
export const smallPhone = { width: 320, height: 600 };

export function openBrowser() {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export type Appearance = Pick<BrowserContextOptions, 'colorScheme' | 'viewport'>;

/** Takes a screenshot for the documentation, if `SCREENSHOTS` is set to a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  // Nothing is hovered.
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `browser-chat-${name}.png`), animations: 'disabled' });
}

/** In a page: the size of the document, and the elements that extend beyond its sides. */
export function measurePage() {
  const { scrollWidth, scrollHeight } = document.documentElement;
  const outside = [...document.querySelectorAll('#root *:not(pre *, table *)')].filter(
    (element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < 0 || right > innerWidth + 0.5);
    },
  );
  return {
    width: scrollWidth,
    height: scrollHeight,
    outside: outside.map(({ outerHTML }) => outerHTML),
  };
}

/** Expects that the document is not larger than the window, and that no element extends beyond its sides. */
export async function expectToFit(page: Page): Promise<void> {
  expect(await page.evaluate(measurePage)).toEqual({ ...page.viewportSize(), outside: [] });
}

/** Expects no violation of any axe rule. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: axe });
  const violations = await page.evaluate(async () => {
    const result = await (window as unknown as { axe: typeof import('axe-core') }).axe.run({
      resultTypes: ['violations'],
      preload: false,
    });
    return result.violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  });
  expect(violations).toEqual([]);
}
