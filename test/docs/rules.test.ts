import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireDocsAndExamples } from '../../scripts/docs/required-docs.mjs';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-docs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const comment = (example: string, summary = 'What it is.') => `/** ${summary}\n${example}\n */`;
const example = '@example\n```ts\nuse();\n```';

/** The warnings about the exports of an entry file. */
async function warningsFor(source: string): Promise<string[]> {
  writeFileSync(join(folder, 'index.ts'), source);
  const compilerOptions = { noLib: true, types: [], rootDir: folder };
  const tsconfig = { compilerOptions, files: ['index.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  const app = await Application.bootstrap({
    entryPoints: [join(folder, 'index.ts')],
    tsconfig: join(folder, 'tsconfig.json'),
    skipErrorChecking: true,
    logLevel: 'None',
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the entry file.');
  const warnings: string[] = [];
  app.logger.validationWarning = (text: string) => void warnings.push(text);
  requireDocsAndExamples(app, project);
  return warnings;
}

const kinds = {
  class: (name: string) => `export class ${name} {}`,
  function: (name: string) => `export function ${name}() {}`,
  variable: (name: string) => `export const ${name} = 1;`,
  interface: (name: string) => `export interface ${name} { a: 1 }`,
  type: (name: string) => `export type ${name} = 1 | 2;`,
};

/** Exports of one kind with every combination. */
const exportsOf = (kind: string, declare: (name: string) => string): string =>
  [
    `${comment(example)}\n${declare(`${kind}_with_both`)}`,
    `${comment('')}\n${declare(`${kind}_with_summary`)}`,
    `${comment(example, '')}\n${declare(`${kind}_with_example`)}`,
    declare(`${kind}_with_nothing`),
  ].join('\n');

describe('every export needs a summary and an example', () => {
  // One program for all kinds: each takes TypeDoc a second.
  let warnings: string[];
  beforeAll(async () => {
    const exports = Object.entries(kinds).map(([kind, declare]) => exportsOf(kind, declare));
    warnings = await warningsFor(exports.join('\n'));
  });

  it.each(Object.keys(kinds))('reports a %s without example or without summary', (kind) => {
    expect(warnings.filter((warning) => warning.startsWith(`${kind}_`)).sort()).toEqual([
      `${kind}_with_example has no summary.`,
      `${kind}_with_nothing has no summary and no @example.`,
      `${kind}_with_summary has no @example.`,
    ]);
  });
});
