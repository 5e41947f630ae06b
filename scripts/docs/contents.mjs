// What is on the site beside the reference, in the order of its menu. The first heading of a file is its title.
// `at` is where a page lands, without its ending; folders of decisions and examples are read, so that none is forgotten.
import { readdirSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const namesIn = (folder) => readdirSync(new URL(folder, root)).sort();

const guides = [
  'first-five-minutes',
  'tokens',
  'errors-and-retries',
  'socket',
  'testing',
  'react',
  'automation',
  'own-backend',
  'running',
  'assistant',
  'upgrading',
];

const withoutPage = namesIn('docs/guides').filter(
  (name) => !guides.includes(name.replace('.md', '')),
);
if (withoutPage.length > 0) {
  throw new Error(
    `scripts/docs/contents.mjs says no place in the menu for docs/guides/${withoutPage.join(', ')}.`,
  );
}

/** @type {{ group: string, pages: { file: string, at: string, children?: { file: string, at: string }[] }[] }[]} */
export const contents = [
  {
    group: 'Guides',
    pages: guides.map((name) => ({ file: `docs/guides/${name}.md`, at: `guides/${name}` })),
  },
  {
    group: 'Protocol',
    pages: [
      { file: 'docs/protocol.md', at: 'protocol' },
      { file: 'docs/openapi.json', at: 'http-api' },
      { file: 'docs/asyncapi.json', at: 'websocket-api' },
    ],
  },
  {
    group: 'Running it',
    pages: [
      { file: 'docs/operations.md', at: 'operations' },
      { file: 'docs/security.md', at: 'security' },
    ],
  },
  {
    group: 'How it is built',
    pages: [
      { file: 'docs/architecture.md', at: 'architecture' },
      {
        file: 'docs/decisions/README.md',
        at: 'decisions',
        children: namesIn('docs/decisions')
          .filter((name) => name !== 'README.md')
          .map((name) => ({
            file: `docs/decisions/${name}`,
            at: `decisions/${name.replace('.md', '')}`,
          })),
      },
      { file: 'CONTRIBUTING.md', at: 'contributing' },
    ],
  },
  {
    group: 'Examples',
    pages: namesIn('examples').map((name) => ({
      file: `examples/${name}/README.md`,
      at: `examples/${name}`,
    })),
  },
];
