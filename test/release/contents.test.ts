import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reviewContents } from '../../scripts/packages/contents.mjs';

const sound: Readonly<Record<string, string>> = {
  'package.json': '{}',
  LICENSE: 'MIT',
  'README.md': '# It',
  'dist/index.js': "import { z } from 'zod/mini';\n",
  'dist/index.d.ts': 'export declare const it: string;\n',
};
interface Inlined {
  folder: string;
  name: string;
  version: string;
  license: string;
}

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-contents-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function review(changes: Record<string, string | undefined>, inlined: Inlined[] = []) {
  const files: string[] = [];
  for (const [file, text] of Object.entries({ ...sound, ...changes })) {
    if (text === undefined) continue;
    files.push(file);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return reviewContents('client', files, folder, inlined);
}

test('a tarball with what it needs and nothing else passes', async () => {
  expect(await review({})).toEqual([]);
});

test.each([
  'src/index.ts',
  'dist/index.test.js',
  'dist/testing/stage.js',
  'dist/metafile-esm.json',
  'api/client.api.md',
  '.env',
])('%s is turned away', async (file) => {
  expect(await review({ [file]: '' })).toEqual([`${file} does not belong into the package.`]);
});

test('a tarball without its licence is turned away', async () => {
  expect(await review({ LICENSE: undefined })).toEqual(['LICENSE is missing.']);
});

test('a reference to a map that is not there is found', async () => {
  const text = 'export {};\n//# sourceMappingURL=index.js.map\n';
  expect(await review({ 'dist/index.js': text })).toEqual([
    'dist/index.js refers to index.js.map, which is not in the package.',
  ]);
});

test('a map has to bring its sources along', async () => {
  const map = { sources: ['../src/index.ts'] };
  expect(await review({ 'dist/index.js.map': JSON.stringify(map) })).toEqual([
    'dist/index.js.map leads to sources that are not in the package.',
  ]);
  const whole = { ...map, sourcesContent: ['export {};'] };
  expect(await review({ 'dist/index.js.map': JSON.stringify(whole) })).toEqual([]);
});

test('the private contract and the libraries within stay out of sight', async () => {
  expect(
    await review({
      'dist/index.js': "import { routes } from '@chat/contract';\n",
      'dist/index.d.ts': "import type { KyInstance } from 'ky';\n",
    }),
  ).toEqual([
    'dist/index.js imports @chat/contract, which is never published.',
    'dist/index.d.ts shows types of ky.',
  ]);
});

test('an example in a comment may import what it likes', async () => {
  const text = "/**\n * import ky from 'ky';\n */\nexport declare const it: string;\n";
  expect(await review({ 'dist/index.d.ts': text })).toEqual([]);
});

describe('what was built in', () => {
  const notices = 'dist/THIRD-PARTY-NOTICES.txt';
  const licence = 'MIT License\n\nPermission is hereby granted, free of charge …';
  const refused = [
    'ky 1.14.3 is built in, and dist/THIRD-PARTY-NOTICES.txt does not give its licence whole.',
  ];
  let ky: Inlined;
  let installed = '';
  beforeEach(async () => {
    installed = await mkdtemp(join(tmpdir(), 'chat-contents-ky-'));
    await writeFile(join(installed, 'license'), `\n${licence}\n\n`);
    ky = { folder: installed, name: 'ky', version: '1.14.3', license: 'MIT' };
  });
  afterEach(() => rm(installed, { recursive: true, force: true }));

  test('passes with its licence beside it', async () => {
    expect(await review({ [notices]: `ky 1.14.3 (MIT)\n\n${licence}\n` }, [ky])).toEqual([]);
  });

  test.each([
    ['no notices', undefined],
    ['the licence of another version', `ky 1.14.2 (MIT)\n\n${licence}\n`],
    ['a heading without the text', 'ky 1.14.3 (MIT)\n'],
    ['a heading with the beginning of the text', 'ky 1.14.3 (MIT)\n\nMIT License\n'],
  ])('is turned away with %s', async (_, text) => {
    expect(await review({ [notices]: text }, [ky])).toEqual(refused);
  });
});
