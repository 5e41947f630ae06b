import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settings } from '../../packages/server/src/cli/settings.js';
import { complaints, repository, tableRows } from './citations.js';

const read = (path: string): string => readFileSync(repository(path), 'utf8');

describe('docs/security.md', () => {
  const rows = tableRows('docs/security.md');
  const threats = rows.filter(({ section }) => !section.startsWith('Dependencies'));
  const dependencies = rows.filter(({ section }) => section.startsWith('Dependencies'));

  test('has a test that exists for every threat', () => {
    expect(threats.length).toBeGreaterThan(30);
    expect(threats.flatMap(({ cells }) => complaints(cells.at(-1) ?? ''))).toEqual([]);
  });

  test('has a line for every dependency of what is published, with the version that is asked for', () => {
    const told = dependencies.flatMap(({ cells: [names = ''] }) =>
      [...names.matchAll(/(@?[\w/-]+) (\d+\.\d+\.\d+)/g)].map(([, name, least]) => [name, least]),
    );
    const asked = ['server', 'client'].flatMap((name) => {
      const manifest = JSON.parse(read(`packages/${name}/package.json`));
      return Object.entries<string>(manifest.dependencies ?? {});
    });
    const expected = new Map(asked.map(([name, range]) => [name, range.replace(/^[\^~]/, '')]));
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(expected));
  });
});

describe('docs/operations.md', () => {
  test('has a test that exists for every failure', () => {
    const failures = tableRows('docs/operations.md').filter(({ section }) =>
      section.startsWith('What is promised'),
    );
    expect(failures.length).toBeGreaterThan(10);
    expect(failures.flatMap(({ cells }) => complaints(cells.at(-1) ?? ''))).toEqual([]);
  });

  test('names no setting that does not exist', () => {
    const known = Object.values(settings).map(({ variable }) => variable);
    const named = read('docs/operations.md').match(/\bCHAT_[A-Z_]+\b/g) ?? [];
    // The two that stand there as examples: of a slip of the pen, and of the tests' own.
    const others = named.filter((name) => !['CHAT_PROT', 'CHAT_KILLS'].includes(name));
    expect([...new Set(others)].filter((name) => !known.includes(name))).toEqual([]);
  });

  test('names no measurement that `npm run bench` does not know', () => {
    const named = [...read('docs/operations.md').matchAll(/npm run bench -- ([\w-]+)\/([\w-]+)/g)];
    expect(named.length).toBeGreaterThan(3);
    for (const [, suite, measurement] of named) {
      expect(read(`bench/suites/${suite}.mjs`)).toContain(`name: '${measurement}'`);
    }
  });
});
