import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

const docs = fileURLToPath(new URL('..', import.meta.url));
/** The home page, and pages that `npm run docs` makes, need no place. */
const listed = new Set(['index', 'contributing', 'http-api', 'websocket-api']);

/** The heading of a page is its title in the sidebar. */
function page(path: string): Item {
  listed.add(path);
  const file = `${docs}${path}.md`;
  const title = /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (title === undefined) throw new Error(`${file} has no heading.`);
  return { text: title.replaceAll('`', ''), link: `/${path.replace(/(^|\/)README$/, '$1')}` };
}

const pages = (folder: string, names: string): Item[] =>
  names.split(' ').map((name) => page(`${folder}${name}`));

/** The pages of a folder that no group lists. */
const others = (folder: string): Item[] =>
  readdirSync(`${docs}${folder}`)
    .filter((name) => name.endsWith('.md') && !listed.has(`${folder}${name.slice(0, -3)}`))
    .map((name) => page(`${folder}${name.slice(0, -3)}`));

function group(text: string, items: Item[], collapsed?: boolean): Item {
  return { text, items, ...(collapsed !== undefined && { collapsed }) };
}

function reference(): Item[] {
  const file = `${docs}reference/typedoc-sidebar.json`;
  // Made by `npm run docs`; `vitepress dev docs` also works without it.
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}

const guide = (names: string) => pages('guides/', names);
const operations =
  'deployment configuration several-instances monitoring incident-runbook failure-modes backup';

const groups = [
  group(
    'Start',
    guide('quick-start authentication login-form errors-and-retries websocket streaming'),
  ),
  group('User interfaces', guide('react vue svelte other-frameworks ai-sdk tanstack-query')),
  group('Tests and scripts', guide('testing mock-server automation')),
  group('Server', guide('running assistant custom-backend')),
  group('Operations', [...pages('operations/', operations), ...pages('', 'scaling security')]),
  group('Protocol', [
    page('protocol'),
    { text: 'HTTP API', link: '/http-api' },
    { text: 'WebSocket API', link: '/websocket-api' },
  ]),
  group('Help', [
    ...guide('troubleshooting faq upgrading'),
    ...pages('', 'runtimes performance'),
    // New guides appear here until they are listed above.
    ...others('guides/'),
  ]),
  group(
    'Examples',
    readdirSync(`${docs}../examples`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ text: name, link: `/examples/${name}` })),
    true,
  ),
  group(
    'Contributing',
    [
      { text: 'Contributing', link: '/contributing' },
      ...pages('', 'architecture contributors/evidence contributors/performance-goals'),
      group('Design decisions', [page('decisions/README'), ...others('decisions/')], true),
    ],
    true,
  ),
];
// Pages that are in no group, such as a new one.
const unlisted = others('');
if (unlisted.length > 0) groups.push(group('More', unlisted));

export const sidebar: DefaultTheme.Sidebar = {
  '/reference/': [{ text: 'API reference', link: '/reference/', items: reference() }],
  '/': groups,
};
