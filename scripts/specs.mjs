// Writes docs/openapi.json and docs/asyncapi.json from the contract; with --check says whether they are stale.
import { readFile, writeFile } from 'node:fs/promises';
import * as documents from '../packages/contract/dist/documents/index.js';

const check = process.argv.includes('--check');
const files = {
  'openapi.json': documents.createOpenApiDocument,
  'asyncapi.json': documents.createAsyncApiDocument,
};

for (const [name, create] of Object.entries(files)) {
  const file = new URL(`../docs/${name}`, import.meta.url);
  const wanted = `${JSON.stringify(create(), null, 2)}\n`;
  if (!check) {
    await writeFile(file, wanted);
    console.log(`docs/${name} written.`);
    continue;
  }
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === wanted) {
    console.log(`docs/${name} is up to date.`);
  } else {
    console.error(`docs/${name} is stale: run "npm run docs:specs" and commit it.`);
    process.exitCode = 1;
  }
}
