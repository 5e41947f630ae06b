// Builds the site of guides and reference into docs/site. A warning is an error, and so is a link that leads nowhere, or
// anything that axe finds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Application } from 'typedoc';
import { canBrowse, chromiumFlags, executablePath } from './chromium.mjs';
import { inaccessibleParts } from './docs/accessibility.mjs';
import { brokenSiteLinks } from './docs/links.mjs';
import { addNarrowPlots } from './docs/narrow-plots.mjs';
import { addPages } from './docs/pages.mjs';
import { demandWordsAndExamples } from './docs/rules.mjs';
import { hideSchemas } from './docs/schemas.mjs';
import { addTheme } from './docs/theme.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = `${root}docs/site`;

const app = await Application.bootstrapWithPlugins({
  name: 'Chat',
  tsconfig: `${root}scripts/docs/tsconfig.json`,
  entryPoints: ['client', 'server'].flatMap(publicEntries),
  packagesRequiringDocumentation: ['@chat/client', '@chat/server', '@chat/contract'],
  // What a released package shows and nothing else.
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  sortEntryPoints: false,
  readme: `${root}docs/index.md`,
  out: site,
  router: 'chat',
  theme: 'chat',
  customCss: `${root}scripts/docs/site.css`,
  customJs: `${root}scripts/docs/site.js`,
  favicon: `${root}scripts/docs/favicon.svg`,
  groupOrder: [
    'Guides',
    'Protocol',
    'Reference',
    'Running it',
    'How it is built',
    'Examples',
    'Functions',
    'Classes',
    'Errors',
    'Interfaces',
    'Type Aliases',
    'Variables',
  ],
  navigationLinks: {
    Guides: 'site:guides/first-five-minutes.html',
    Protocol: 'site:protocol.html',
    Client: 'site:reference/client.html',
    Server: 'site:reference/server.html',
    'Try it': 'site:try/index.html',
  },
  navigation: { includeGroups: true, includeCategories: false, compactFolders: false },
  highlightLanguages: ['ts', 'tsx', 'js', 'json', 'sh', 'html', 'python'],
  lightHighlightTheme: 'github-light-high-contrast',
  darkHighlightTheme: 'github-dark-default',
  searchGroupBoosts: { Guides: 3 },
  searchInDocuments: true,
  searchInComments: true,
  visibilityFilters: {},
  hideGenerator: true,
  validation: {
    notExported: true,
    invalidLink: true,
    notDocumented: true,
    invalidPath: false,
    rewrittenLink: true,
  },
});
addPages(app, root);
hideSchemas(app);
addTheme(app);
addNarrowPlots(app, root);
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
demandWordsAndExamples(app, project);
await app.generateOutputs(project);
// The page to try it, without any server: the mock answers inside the page.
execFileSync(
  'npm',
  [
    'run',
    'build',
    '--silent',
    '--',
    '--base',
    './',
    '--mode',
    'mock',
    '--logLevel',
    'error',
    '--outDir',
    `${site}/try`,
  ],
  { cwd: `${root}examples/browser-chat`, stdio: 'inherit' },
);
for (const name of ['openapi.json', 'asyncapi.json'])
  await copyFile(`${root}docs/${name}`, `${site}/${name}`);

const wrong = brokenSiteLinks(site);
if (canBrowse()) {
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  wrong.push(...(await inaccessibleParts(browser, site).finally(() => browser.close())));
}
for (const sentence of wrong) console.error(sentence);
const sound = !app.logger.hasErrors() && !app.logger.hasWarnings() && wrong.length === 0;
console.log(
  sound
    ? 'docs/site is built: every link in it leads somewhere, and axe finds nothing.'
    : 'The site is not in order.',
);
process.exitCode = sound ? 0 : 1;

/** The sources behind what `exports` of a package names: a new entry is documented, or the site is not built. */
function publicEntries(name) {
  const home = `${root}packages/${name}`;
  const { exports } = JSON.parse(readFileSync(`${home}/package.json`, 'utf8'));
  return Object.values(exports)
    .map((entry) => entry.import?.types)
    .filter((types) => types !== undefined)
    .map((types) => types.replace('./dist/', `${home}/src/`).replace(/\.d\.ts$/, '.ts'));
}
