import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reviewContents } from '../../scripts/lib/tarball-contents.mjs';

const validFiles: Readonly<Record<string, string>> = {
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
  for (const [file, text] of Object.entries({ ...validFiles, ...changes })) {
    if (text === undefined) continue;
    files.push(file);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return reviewContents('client', files, folder, inlined);
}

test('accepts a tarball with the required files and nothing else', async () => {
  expect(await review({})).toEqual([]);
});

test.each([
  'src/index.ts',
  'dist/index.test.js',
  'dist/testing/stage.js',
  'dist/metafile-esm.json',
  'api/client.api.md',
  '.env',
])('rejects %s', async (file) => {
  expect(await review({ [file]: '' })).toEqual([`${file} does not belong into the package.`]);
});

test('rejects a tarball without its licence', async () => {
  expect(await review({ LICENSE: undefined })).toEqual(['LICENSE is missing.']);
});

test('rejects a reference to a missing source map', async () => {
  const text = 'export {};\n//# sourceMappingURL=index.js.map\n';
  expect(await review({ 'dist/index.js': text })).toEqual([
    'dist/index.js refers to index.js.map, which is not in the package.',
  ]);
});

test('rejects a source map without its sources', async () => {
  const map = { sources: ['../src/index.ts'] };
  expect(await review({ 'dist/index.js.map': JSON.stringify(map) })).toEqual([
    'dist/index.js.map refers to sources that are not in the package.',
  ]);
  const whole = { ...map, sourcesContent: ['export {};'] };
  expect(await review({ 'dist/index.js.map': JSON.stringify(whole) })).toEqual([]);
});

test('rejects imports of the private contract and types of inlined libraries', async () => {
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

test('ignores imports in comments', async () => {
  const text = "/**\n * import ky from 'ky';\n */\nexport declare const it: string;\n";
  expect(await review({ 'dist/index.d.ts': text })).toEqual([]);
});

describe('an inlined package', () => {
  const notices = 'dist/THIRD-PARTY-NOTICES.txt';
  const licence = 'MIT License\n\nPermission is hereby granted, free of charge …';
  const missingLicence = [
    'ky 1.14.3 is bundled, and dist/THIRD-PARTY-NOTICES.txt does not contain its whole licence.',
  ];
  let ky: Inlined;
  let installed = '';
  beforeEach(async () => {
    installed = await mkdtemp(join(tmpdir(), 'chat-contents-ky-'));
    await writeFile(join(installed, 'license'), `\n${licence}\n\n`);
    ky = { folder: installed, name: 'ky', version: '1.14.3', license: 'MIT' };
  });
  afterEach(() => rm(installed, { recursive: true, force: true }));

  test('is accepted with its licence', async () => {
    expect(await review({ [notices]: `ky 1.14.3 (MIT)\n\n${licence}\n` }, [ky])).toEqual([]);
  });

  test.each([
    ['no notices', undefined],
    ['the licence of another version', `ky 1.14.2 (MIT)\n\n${licence}\n`],
    ['a heading without the text', 'ky 1.14.3 (MIT)\n'],
    ['a heading with only the beginning of the text', 'ky 1.14.3 (MIT)\n\nMIT License\n'],
  ])('is rejected with %s', async (_, text) => {
    expect(await review({ [notices]: text }, [ky])).toEqual(missingLicence);
  });
});
