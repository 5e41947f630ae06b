import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Metafile, transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import browsers from '../packages/client/browsers.json' with { type: 'json' };

const home = fileURLToPath(new URL('../packages/client/', import.meta.url));

const base = 'auth|errors|http|lib|options';
/** The store uses the history pager of the socket, and no connection. */
const store = 'store|errors|lib|socket/recovery';

/**
 * The folders of the client that may be in the build of an entry, besides its own, and the packages that it may import.
 */
const entries: Record<string, { folders: string; imports: string[] }> = {
  '.': { folders: `${base}|socket`, imports: ['isomorphic-ws'] },
  'ai-sdk': { folders: 'ai-sdk', imports: [] },
  outbox: { folders: 'lib', imports: [] },
  react: { folders: store, imports: ['react'] },
  rest: { folders: base, imports: [] },
  store: { folders: store, imports: [] },
  tabs: { folders: 'auth|lib', imports: [] },
  svelte: { folders: store, imports: ['svelte/store'] },
  vue: { folders: store, imports: ['vue'] },
};

describe.each(['dist', 'dist/node'])('in packages/client/%s', (folder) => {
  const read = (path: string) => readFileSync(`${home}${folder}/${path}`, 'utf8');
  const { outputs } = JSON.parse(read('metafile-esm.json')) as Metafile;

  /** The sources and packages that a program loads with an entry. */
  function contentsOf(entry: string) {
    const sources = new Set<string>();
    const packages = new Set<string>();
    const files = [`${folder}/${entry === '.' ? '' : `${entry}/`}index.js`];
    for (const file of files) {
      const { inputs, imports } = outputs[file]!;
      for (const [source, { bytesInOutput }] of Object.entries(inputs)) {
        if (bytesInOutput > 0) sources.add(source);
      }
      for (const { path, external } of imports) {
        if (external) packages.add(path);
        else if (!files.includes(path)) files.push(path);
      }
    }
    return { sources: [...sources], packages: [...packages] };
  }

  it('the table has all entries', () => {
    const { exports } = JSON.parse(readFileSync(`${home}package.json`, 'utf8'));
    const names = Object.keys(exports).filter((name) => name !== './package.json');
    expect(Object.keys(entries).sort()).toEqual(names.map((name) => name.replace('./', '')).sort());
  });

  it.each(Object.keys(entries))('the entry "%s" contains nothing of other entries', (entry) => {
    const { folders, imports } = entries[entry]!;
    const { sources, packages } = contentsOf(entry);
    const own = new RegExp(`^src/((${folders}|${entry})/.*|[\\w-]+\\.ts)$`);
    const foreign = sources.filter((source) => source.startsWith('src/') && !own.test(source));
    expect(foreign).toEqual([]);
    // ws is inlined for Node.
    expect(packages.filter((name) => !imports.includes(name))).toEqual([]);
  });

  it('the React entry starts with "use client", so that server components may import it', () => {
    const [directive] = read('react/index.js')
      .replace(/^\/\*!.*\*\/\n/, '')
      .split('\n');
    expect(directive).toBe('"use client";');
  });
});

// Their APIs are checked by the types of packages/client/tsconfig.browser.json.
it.each([...Object.keys(entries), 'browser'])(
  'the build of "%s" for pages contains only syntax of the supported browsers',
  async (entry) => {
    const file = `${home}dist/${entry === '.' ? '' : `${entry}/`}index.js`;
    const source = readFileSync(file, 'utf8');
    const { code, warnings } = await transform(source, { target: browsers });
    expect(warnings).toEqual([]);
    expect(code).toBe((await transform(source, { target: 'esnext' })).code);
  },
);
