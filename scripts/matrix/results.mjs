// What the last runs said, kept in docs/runtimes.json, and the page that is made of it.
import { readFile, writeFile } from 'node:fs/promises';

const resultsFile = new URL('../../docs/runtimes.json', import.meta.url);
const pageFile = new URL('../../docs/runtimes.md', import.meta.url);
const start = '<!-- Made by `npm run matrix`. -->';

/**
 * @param {Record<string, object[]>} results cells by the name of their row; rows that did not run stay as they were
 * @param {string[]} names all rows, in their order
 */
export async function writeResults(results, names) {
  const known = JSON.parse(await readFile(resultsFile, 'utf8').catch(() => '{}'));
  const all = { ...known, ...results };
  const kept = Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name, all[name]]),
  );
  await writeFile(resultsFile, `${JSON.stringify(kept, null, 2)}\n`);
  const page = await readFile(pageFile, 'utf8');
  const [before] = page.split(start);
  await writeFile(pageFile, `${before}${start}\n\n${table(kept)}`);
}

function table(results) {
  const lines = ['| in | version | how | |', '|---|---|---|---|'];
  for (const [name, cells] of Object.entries(results)) {
    for (const { title, version, how, ok, note } of cells) {
      lines.push(`| ${title} | ${version} | ${how} | ${ok ? note : `**fails** (\`${name}\`)`} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}
