// What the last runs said, kept in docs/runtimes.json, and the page that is made of it.
import { readFile, writeFile } from 'node:fs/promises';
import { execute } from '../packages/install.mjs';

const root = new URL('../../', import.meta.url);
const resultsFile = new URL('docs/runtimes.json', root);
const pageFile = new URL('docs/runtimes.md', root);
const start = '<!-- Made by `npm run matrix`. -->';

/**
 * @param {Record<string, object[]>} results cells by the name of their row; rows that did not run stay as they were
 * @param {string[]} names all rows, in their order
 */
export async function keepResults(results, names) {
  const proof = { when: new Date().toISOString().slice(0, 10), commit: await commit() };
  const all = await keptResults();
  for (const [name, cells] of Object.entries(results)) all[name] = { ...proof, cells };
  const kept = Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name, all[name]]),
  );
  await writeFile(resultsFile, `${JSON.stringify(kept, null, 2)}\n`);
  await writePage();
}

/** The page of what was kept. */
export async function writePage() {
  await writeFile(pageFile, await wantedPage());
}

export async function isPageFresh() {
  return (await readFile(pageFile, 'utf8')) === (await wantedPage());
}

/** What stands above the mark is written by hand. */
async function wantedPage() {
  const [before] = (await readFile(pageFile, 'utf8')).split(start);
  const results = await keptResults();
  return `${before}${start}\n\n${proofs(results)}\n\n${table(results)}`;
}

async function keptResults() {
  return JSON.parse(await readFile(resultsFile, 'utf8'));
}

/** What was proven: this commit, unless something that makes the packages or proves them was changed since. */
async function commit() {
  const git = (...parameters) => execute('git', parameters, { cwd: root });
  const { stdout: head } = await git('rev-parse', '--short', 'HEAD');
  const { stdout: changes } = await git('status', '--porcelain', '--', 'packages', 'scripts');
  return changes === '' ? head.trim() : `${head.trim()}-dirty`;
}

/** One sentence, however many runs it took. */
function proofs(results) {
  const rows = new Map();
  for (const [name, { when, commit }] of Object.entries(results)) {
    const proof = `on ${when} at commit \`${commit}\``;
    rows.set(proof, [...(rows.get(proof) ?? []), name]);
  }
  if (rows.size === 1) return `All of it was proven ${[...rows.keys()]}.`;
  const each = [...rows].sort().map(([proof, names]) => `${proof}: ${names.join(', ')}`);
  return `Proven ${each.join('; ')}.`;
}

function table(results) {
  const lines = ['| in | version | how | |', '|---|---|---|---|'];
  for (const [name, { cells }] of Object.entries(results)) {
    for (const { title, version, how, ok, note } of cells) {
      lines.push(`| ${title} | ${version} | ${how} | ${ok ? note : `**fails** (\`${name}\`)`} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
