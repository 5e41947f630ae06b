import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demandWordsAndExamples } from '../../scripts/docs/rules.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-docs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const words = (example: string, summary = 'What it is.') => `/** ${summary}\n${example}\n */`;
const example = '@example\n```ts\nuse();\n```';

/** What is said of the exports of an entry. */
async function complaints(source: string): Promise<string[]> {
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
  if (project === undefined) throw new Error('TypeDoc could not read the entry.');
  const said: string[] = [];
  app.logger.validationWarning = (text: string) => void said.push(text);
  demandWordsAndExamples(app, project);
  return said;
}

const kinds = {
  class: 'export class Thing {}',
  function: 'export function Thing() {}',
  variable: 'export const Thing = 1;',
  interface: 'export interface Thing { a: 1 }',
  type: 'export type Thing = 1 | 2;',
};

it.each(Object.entries(kinds))(
  'misses the example of a %s, and its summary',
  async (_kind, code) => {
    expect(await complaints(`${words(example)}\n${code}`)).toEqual([]);
    expect(await complaints(`${words('')}\n${code}`)).toEqual(['Thing has no @example.']);
    expect(await complaints(`${words(example, '')}\n${code}`)).toEqual(['Thing has no summary.']);
    expect(await complaints(code)).toEqual(['Thing has no summary and no @example.']);
  },
);
