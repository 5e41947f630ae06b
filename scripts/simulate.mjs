// Models a large deployment from measured costs and prints where its limits are: `npm run simulate`. See docs/scaling.md.
import { readFile, writeFile } from 'node:fs/promises';
import { readOptions } from './lib/options.mjs';
import { readCosts } from './simulate/costs.mjs';
import { describeScenarios } from './simulate/report.mjs';

const { values } = readOptions({ write: { type: 'boolean', default: false } });
const text = describeScenarios(await readCosts());
console.log(text);
if (values.write) {
  // Replaces the last output in the page.
  const page = new URL('../docs/scaling.md', import.meta.url);
  const content = await readFile(page, 'utf8');
  await writeFile(
    page,
    content.replace(/(```text\n).*?(```)/s, (_, open, close) => `${open}${text}\n${close}`),
  );
}
