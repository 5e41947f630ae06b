// Uses the search of the built site as a reader does: types a term, and follows the first result.

/** Terms of readers, and the part of the site that answers them. */
const questions = [
  { term: 'close codes', answer: '/guides/websocket.html#close-codes' },
  { term: 'PgBouncer', answer: '/operations/configuration.html#the-postgresql-url' },
  { term: 'webStorageTokenStoreOptions', answer: '/reference/' },
];

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} url where the site is
 * @returns {Promise<string[]>} a sentence for each problem
 */
export async function searchProblems(browser, url) {
  const problems = [];
  const page = await browser.newPage();
  // For slow machines.
  page.setDefaultTimeout(60_000);
  for (const { term, answer } of questions) {
    await page.goto(`${url}/index.html`);
    await page.waitForFunction(() => document.querySelector('#app')?.__vue_app__);
    await page.locator('#local-search button').click();
    await page.locator('#localsearch-input').fill(term);
    // The index is a file that the page loads now.
    const found = page.locator('#localsearch-list .result, .VPLocalSearchBox .no-results').first();
    await found.waitFor();
    if ((await found.getAttribute('href')) === null) {
      problems.push(`The search finds nothing for "${term}".`);
      continue;
    }
    await found.click();
    const left = (current) => !/^\/(index\.html)?$/.test(current.pathname);
    await page.waitForURL(left);
    const { pathname, hash } = new URL(page.url());
    if (!`${pathname}${hash}`.startsWith(answer))
      problems.push(`The search for "${term}" leads to ${pathname}${hash} and not to ${answer}.`);
  }
  await page.close();
  return problems;
}
