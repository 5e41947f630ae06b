import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settings } from '../../packages/server/src/cli/settings/settings.js';
import { citationErrors, repository, tableRows } from './citations.js';

const read = (path: string): string => readFileSync(repository(path), 'utf8');

/** Rows that promise something, as "section: first cell". */
const promises = [
  ...tableRows('docs/security.md')
    .filter(({ section }) => !section.startsWith('Dependencies'))
    .map(({ section, cells }) => `Security: ${section}: ${cells[0]}`),
  ...tableRows('docs/operations/failure-modes.md').map(({ cells }) => `Failure modes: ${cells[0]}`),
];
const evidence = tableRows('docs/contributors/evidence.md');

describe('docs/contributors/evidence.md', () => {
  test('has one row for every threat and every failure', () => {
    expect(promises.length).toBeGreaterThan(40);
    expect(evidence.map(({ section, cells }) => `${section}: ${cells[0]}`)).toEqual(promises);
  });

  test('cites existing tests', () => {
    expect(evidence.flatMap(({ cells }) => citationErrors(cells.at(-1) ?? ''))).toEqual([]);
  });
});

describe('docs/security.md', () => {
  const dependencies = tableRows('docs/security.md').filter(({ section }) =>
    section.startsWith('Dependencies'),
  );

  test('lists every dependency of the published packages with its minimum version', () => {
    const documented = dependencies.flatMap(({ cells: [names = ''] }) =>
      [...names.matchAll(/(@?[\w/-]+) (\d+\.\d+\.\d+)/g)].map(([, name, least]) => [name, least]),
    );
    const declared = ['server', 'client'].flatMap((name) => {
      const manifest = JSON.parse(read(`packages/${name}/package.json`));
      const { msw: _, ...peers } = name === 'server' ? manifest.peerDependencies : {};
      const build = read(`packages/${name}/tsup.config.ts`);
      const bundled = Object.entries(manifest.devDependencies).filter(
        ([library]) =>
          name === 'server' && /^(?!@chat)/.test(library) && build.includes(`'${library}'`),
      );
      return Object.entries<string>({
        ...manifest.dependencies,
        ...peers,
        ...Object.fromEntries(bundled),
      });
    });
    const expected = new Map(declared.map(([name, range]) => [name, range.replace(/^[\^~]/, '')]));
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(expected));
  });
});

describe('docs/operations', () => {
  test('mentions only existing settings', () => {
    const known = Object.values(settings).map(({ variable }) => variable);
    const pages = readdirSync(repository('docs/operations')).map((name) => `operations/${name}`);
    const named = [...pages, 'guides/troubleshooting.md', 'guides/faq.md'].flatMap(
      (page) => read(`docs/${page}`).match(/\bCHAT_[A-Z_]+\b/g) ?? [],
    );
    // An example of a misspelled variable.
    const others = named.filter((name) => name !== 'CHAT_PROT');
    expect([...new Set(others)].filter((name) => !known.includes(name))).toEqual([]);
  });

  test('mentions only measurements that `npm run bench` has', () => {
    const page = read('docs/operations/several-instances.md');
    const named = [...page.matchAll(/npm run bench -- ([\w-]+)\/([\w-]+)/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, suite, measurement] of named) {
      expect(read(`bench/suites/${suite}.mjs`)).toContain(`name: '${measurement}'`);
    }
  });
});
