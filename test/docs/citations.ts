import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const repository = (path: string): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface Row {
  /** The heading of its section. */
  readonly section: string;
  readonly cells: readonly string[];
}

/** The rows of all tables of a page, without the header rows. */
export function tableRows(page: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  let inBody = false;
  for (const line of readFileSync(repository(page), 'utf8').split('\n')) {
    if (line.startsWith('#')) section = line.replace(/^#+ /, '');
    if (!line.startsWith('|')) inBody = false;
    else if (/^\|[-|]+\|$/.test(line)) inBody = true;
    else if (inBody) rows.push({ section, cells: line.split('|').slice(1, -1).map(trim) });
  }
  return rows;
}

const trim = (text: string): string => text.trim();

/** The files and titles that a cell such as `server/x.test.ts` "a title", "another"; `test/y.ts` cites. */
function citations(cell: string): { file: string; names: string[] }[] {
  const cited: { file: string; names: string[] }[] = [];
  for (const [, file, name] of cell.matchAll(/`([^`]+\.ts)`|"([^"]+)"/g)) {
    if (file !== undefined) {
      cited.push({ file: file.replace(/^server\//, 'packages/server/src/'), names: [] });
    } else cited.at(-1)?.names.push(name ?? '');
  }
  return cited;
}

/** Checks a cell that must cite tests. @returns one sentence per error */
export function citationErrors(cell: string): string[] {
  const cited = citations(cell);
  if (cited.length === 0) return [`"${cell}" cites no test file.`];
  return cited.flatMap(({ file, names }) => {
    if (!existsSync(repository(file))) return [`There is no ${file}.`];
    const titles = titlesIn(readFileSync(repository(file), 'utf8'));
    return names
      .filter((name) => !titles.some((title) => title.includes(name)))
      .map((name) => `No test in ${file} has "${name}" in its title.`);
  });
}

/** Strings that may be test titles: the first argument of a call, or the first element of a table row. */
function titlesIn(source: string): string[] {
  const first = /[([]\s*(['"`])((?:\\.|(?!\1).)*)\1/gs;
  return [...source.matchAll(first)].map(([, , title = '']) => title.replaceAll('\\', ''));
}
