import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBrowse, chromiumFlags, executablePath } from '../../scripts/chromium.mjs';
import { accessibilityProblems } from '../../scripts/docs/accessibility.mjs';

describe.skipIf(!canBrowse())('the accessibility check of a page', () => {
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

  it('reports violations found by axe and content that is too wide for a phone, with color scheme and width', async () => {
    const style = 'p { width: 600px } @media (prefers-color-scheme: dark) { h1 { color: #aaa } }';
    writeFileSync(
      join(folder, 'page.html'),
      `<!doctype html><html lang="en"><title>A page</title><style>${style}</style><main><h1>A page</h1><p>Wide.</p></main></html>`,
    );
    const problems = await accessibilityProblems(browser, pathToFileURL(folder).href, [
      'page.html',
    ]);
    const dim = expect.stringMatching(
      /: Elements must .*\(color-contrast\), as in <h1>A page<\/h1>$/,
    );
    const wide = expect.stringMatching(/: The page is \d+ px wider than the screen\.$/);
    expect(problems.map((sentence) => sentence.split(': ')[0])).toEqual([
      'page.html (dark, 390 px)',
      'page.html (dark, 390 px)',
    ]);
    expect(problems).toEqual([dim, wide]);
  });
});
