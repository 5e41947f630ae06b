import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { repository } from '../../scripts/lib/repository.mjs';

import { markdownExtensions } from './markdown.js';
import { sidebar } from './sidebar.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../packages/client/package.json', import.meta.url), 'utf8'),
);

/** The address of the site, for example `/chat/` on GitHub Pages. */
const base = process.env.DOCS_BASE ?? '/';

export default defineConfig({
  title: 'Chat SDK',
  description:
    'A TypeScript client and server for a chat API: login, messages, history, statistics and a WebSocket.',
  lang: 'en',
  base,
  outDir: './site',
  srcExclude: ['site/**'],
  rewrites: { 'decisions/README.md': 'decisions/index.md' },
  lastUpdated: false,
  head: [
    ['link', { rel: 'icon', href: `${base}logo.svg`, type: 'image/svg+xml' }],
    ['meta', { name: 'theme-color', content: '#0f766e' }],
  ],
  // The index of the search is one chunk.
  vite: { build: { chunkSizeWarningLimit: 4_000 } },
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: markdownExtensions,
  },
  transformPageData({ filePath, frontmatter }) {
    // Pages that `npm run docs` makes from another file name it as `source`.
    const source = frontmatter.source ?? `docs/${filePath}`;
    frontmatter.editUrl = `${repository}/edit/main/${source}`;
    if (filePath.startsWith('reference/')) frontmatter.editLink = false;
  },
  themeConfig: {
    logo: '/logo.svg',
    nav: [
      { text: 'Guides', link: '/guides/quick-start', activeMatch: '^/guides/' },
      { text: 'Protocol', link: '/protocol', activeMatch: '^/(protocol|http-api|websocket-api)' },
      { text: 'API reference', link: '/reference/', activeMatch: '^/reference/' },
      { text: 'Try it', link: '/try/index.html', target: '_self' },
      {
        text: version === '0.0.0' ? 'unreleased' : `v${version}`,
        items: [
          { text: 'Changelog', link: `${repository}/releases` },
          { text: 'Upgrading', link: '/guides/upgrading' },
          { text: 'Contributing', link: '/contributing' },
        ],
      },
    ],
    sidebar,
    outline: { level: [2, 3] },
    // This function is copied into the page, so it must not use anything outside of it.
    editLink: { pattern: ({ frontmatter }) => frontmatter.editUrl, text: 'Edit this page' },
    socialLinks: [{ icon: 'github', link: repository, ariaLabel: 'Source code' }],
    footer: { message: 'Released under the MIT License.', copyright: `Chat SDK ${version}` },
    search: {
      provider: 'local',
      options: {
        detailedView: true,
        miniSearch: {
          searchOptions: {
            // This function is copied into the page, so it must not use anything outside of it.
            boostDocument: (id: string) =>
              id.includes('/guides/') ? 4 : /\/(reference|decisions)\//.test(id) ? 0.5 : 2,
          },
        },
      },
    },
  },
});
