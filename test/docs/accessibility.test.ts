import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, chromiumFlags, executablePath } from '../../scripts/chromium.mjs';
import { inaccessibleParts } from '../../scripts/docs/accessibility.mjs';

describe.skipIf(!canBrowse())('what is said of a page of the site', () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chat-site-'));
    browser = await chromium.launch({ executablePath, args: chromiumFlags });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it('names what axe finds and what a phone shows only in part, and the look that it is found in', async () => {
    const style = 'p { width: 600px } @media (prefers-color-scheme: dark) { h1 { color: #aaa } }';
    writeFileSync(
      join(folder, 'page.html'),
      `<!doctype html><html lang="en"><title>A page</title><style>${style}</style><main><h1>A page</h1><p>Wide.</p></main></html>`,
    );
    const said = await inaccessibleParts(browser, folder, ['page.html']);
    const dim = expect.stringMatching(
      /: Elements must .*\(color-contrast\), as in <h1>A page<\/h1>$/,
    );
    const wide = expect.stringMatching(/: \d+ px of the page are out of sight\.$/);
    expect(said.map((sentence) => sentence.split(': ')[0])).toEqual([
      'page.html (light, 390 px)',
      'page.html (dark, 1280 px)',
      'page.html (dark, 390 px)',
      'page.html (dark, 390 px)',
    ]);
    expect(said).toEqual([wide, dim, dim, wide]);
  });
});
