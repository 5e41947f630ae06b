import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { mergeResults, newestResults, readResults } from '../results.mjs';
import { markdown } from './markdown.mjs';
import { plotRows } from './plot-rows.mjs';
import { svgPlot } from './svg-plot.mjs';

const docs = new URL('../../docs/', import.meta.url);
const figures = new URL('performance/figures.json', docs);

/**
 * Writes docs/performance.md and its plots from the figures that are kept there and whatever was
 * measured here since. Returns the files.
 */
export async function writeReport(suites) {
  const results = mergeResults(await readResults(figures), await newestResults());
  await mkdir(new URL('.', figures), { recursive: true });
  const files = report(suites, results);
  for (const [file, content] of files) await writeFile(file, content);
  return files.map(([file]) => fileURLToPath(file));
}

/** Those of its files that are not what the figures that are kept there make them. */
export async function staleFiles(suites) {
  const stale = [];
  for (const [file, content] of report(suites, await readResults(figures))) {
    const present = await readFile(file, 'utf8').catch(() => undefined);
    if (present !== content) stale.push(fileURLToPath(file));
  }
  return stale;
}

/** The files of a report and what is in them. */
function report(suites, all) {
  const names = suites.flatMap(({ name, measurements }) =>
    measurements.map((each) => `${name}/${each.name}`),
  );
  const results = all
    .filter(({ name }) => names.includes(name))
    .sort((one, other) => names.indexOf(one.name) - names.indexOf(other.name));
  const parts = suites
    .map((suite) => ({
      suite,
      results: results.filter(({ name }) => name.startsWith(`${suite.name}/`)),
    }))
    .filter((part) => part.results.length > 0);
  return [
    [figures, `${JSON.stringify(results, null, 2)}\n`],
    [new URL('performance.md', docs), markdown(parts)],
    ...parts
      .map(({ suite, results }) => ({ suite, rows: plotRows(suite.name, results) }))
      .filter(({ rows }) => rows.length > 0)
      .map(({ suite, rows }) => [
        new URL(`performance/${suite.name}.svg`, docs),
        svgPlot({ title: suite.title, rows }),
      ]),
  ];
}
