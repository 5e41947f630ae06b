import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Where CI runs, a missing Chromium is a failure; elsewhere the tests are left out, and say so. */
export const canBrowse = existsSync(executablePath) || process.env.CI !== undefined;
if (!canBrowse) console.warn(`*** SKIPPED: no Chromium at ${executablePath} (CHROMIUM_PATH) ***`);

export const desktop = { width: 1200, height: 780 };
export const phone = { width: 390, height: 780 };

export function openBrowser() {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

export type Look = Pick<BrowserContextOptions, 'colorScheme' | 'viewport'>;

/** For the documentation, when `SCREENSHOTS` names a folder. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `browser-chat-${name}.png`), animations: 'disabled' });
}

/** What axe finds, of all its rules. */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: axe });
  const found = await page.evaluate(async () => {
    const { violations } = await (
      window as unknown as { axe: typeof import('axe-core') }
    ).axe.run();
    return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
  });
  expect(found).toEqual([]);
}
