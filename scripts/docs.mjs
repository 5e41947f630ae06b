// Builds the site of guides and reference into docs/site. A warning is an error, and so is a broken link, a violation that
// axe finds, or a search without the expected result.
import { copyFile, readdir, rm } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { serve } from 'vitepress';
import { canBrowse, chromiumFlags, executablePath } from './chromium.mjs';
import { accessibilityProblems } from './docs/accessibility.mjs';
import { writePages } from './docs/generated-pages.mjs';
import { brokenSiteLinks } from './docs/links.mjs';
import { writeReference } from './docs/reference.mjs';
import { searchProblems } from './docs/search.mjs';
import { root, run } from './lib/run.mjs';

const site = `${root}docs/site`;

const problems = await writeReference(`${root}docs/reference`);
await writePages(root);
await rm(site, { recursive: true, force: true });
await run('vitepress', ['build', 'docs'], { show: true });
// The page to try the client without a server: the mock answers inside the page.
const tryIt = ['--base', './', '--mode', 'mock', '--logLevel', 'error', '--outDir', `${site}/try`];
await run('npm', ['run', 'build', '--silent', '--', ...tryIt], {
  cwd: `${root}examples/browser-chat`,
  show: true,
});
for (const name of await readdir(`${root}docs`))
  if (name.endsWith('.json')) await copyFile(`${root}docs/${name}`, `${site}/${name}`);

problems.push(...brokenSiteLinks(site));
if (canBrowse()) {
  const { server } = await serve({ root: `${root}docs`, port: 0 });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    const origin = `http://127.0.0.1:${server.address().port}`;
    problems.push(...(await searchProblems(browser, origin)));
    problems.push(...(await accessibilityProblems(browser, origin)));
  } finally {
    await browser.close();
    server.close();
  }
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'docs/site is built. All links are valid, the search works, and axe finds no violations. "npm run docs:preview" serves it.'
    : `docs/site has ${problems.length} problems.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
