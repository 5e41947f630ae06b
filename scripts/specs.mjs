// Generates files from the contract (the documents, and the code that clients need) and from the settings of the server. With --check it only reports
// files that are out of date.
import { readFile, writeFile } from 'node:fs/promises';
import * as documents from '../packages/contract/dist/documents/index.js';
import { settingsFiles } from './docs/settings-files.mjs';
import { importSource } from './lib/import-source.mjs';

const check = process.argv.includes('--check');
const json = (document) => `${JSON.stringify(document, null, 2)}\n`;
const { createMockOpenApiDocument } = await importSource(
  'packages/server/src/mock/control/openapi-document.ts',
);
const files = {
  'docs/openapi.json': () => json(documents.createOpenApiDocument()),
  'docs/mock-openapi.json': () => json(createMockOpenApiDocument()),
  'docs/asyncapi.json': () => json(documents.createAsyncApiDocument()),
  'packages/contract/src/routes.gen.ts': documents.createRouteTable,
  'packages/contract/src/response-validators.gen.ts': documents.createResponseValidators,
  ...Object.fromEntries(
    Object.entries(await settingsFiles()).map(([name, text]) => [name, () => text]),
  ),
};

for (const [name, create] of Object.entries(files)) {
  const file = new URL(`../${name}`, import.meta.url);
  const expected = create();
  if (!check) {
    await writeFile(file, expected);
    console.log(`${name} is written.`);
    continue;
  }
  const present = await readFile(file, 'utf8').catch(() => '');
  if (present === expected) {
    console.log(`${name} is up to date.`);
  } else {
    console.error(`${name} is stale: run "npm run docs:specs" and commit it.`);
    process.exitCode = 1;
  }
}
