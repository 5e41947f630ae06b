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

const places = ['protocol', 'operations', 'security', 'performance', 'runtimes', 'architecture'];
const forgotten = [
  ...without(guides, namesIn('docs/guides')).map((name) => `docs/guides/${name}`),
  ...without([...places, 'index'], namesIn('docs')).map((name) => `docs/${name}`),
];
if (forgotten.length > 0) {
  throw new Error(`scripts/docs/contents.mjs has no place for ${forgotten.join(', ')}.`);
}

function without(placed, names) {
  return names.filter((name) => name.endsWith('.md') && !placed.includes(name.slice(0, -3)));
}

/** Pages of docs/; those that the bench writes need not be there. */
function pages(...names) {
  return names
    .filter((name) => name !== 'performance' || namesIn('docs').includes('performance.md'))
    .map((name) => ({ file: `docs/${name}.md`, at: name }));
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
      ...pages('protocol'),
      { file: 'docs/openapi.json', at: 'http-api' },
      { file: 'docs/asyncapi.json', at: 'websocket-api' },
    ],
  },
  {
    group: 'Running it',
    pages: pages('operations', 'security', 'performance', 'runtimes'),
  },
  {
    group: 'How it is built',
    pages: [
      ...pages('architecture'),
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
