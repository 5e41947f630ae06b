// Writes what is made from the contract: the documents, and the code by which clients check answers. With --check
// says whether they are stale.
import { readFile, writeFile } from 'node:fs/promises';
import * as documents from '../packages/contract/dist/documents/index.js';

const check = process.argv.includes('--check');
const json = (document) => `${JSON.stringify(document, null, 2)}\n`;
const files = {
  'docs/openapi.json': () => json(documents.createOpenApiDocument()),
  'docs/asyncapi.json': () => json(documents.createAsyncApiDocument()),
  'packages/contract/src/response-checks.ts': documents.createResponseChecks,
};

for (const [name, create] of Object.entries(files)) {
  const file = new URL(`../${name}`, import.meta.url);
  const wanted = create();
  if (!check) {
    await writeFile(file, wanted);
    console.log(`${name} written.`);
    continue;
  }
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === wanted) {
    console.log(`${name} is up to date.`);
  } else {
    console.error(`${name} is stale: run "npm run docs:specs" and commit it.`);
    process.exitCode = 1;
  }
}
