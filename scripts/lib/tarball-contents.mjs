// Reviews what a tarball contains.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { foldersOf, noticeOf, readManifest } from './bundled-packages.mjs';
import { root } from './run.mjs';

const notices = 'dist/THIRD-PARTY-NOTICES.txt';
const expected =
  /^(dist\/.+\.(js|cjs|d\.ts|d\.cts|map)|prebuilds\/.+\.node|package\.json|LICENSE|(README|CHANGELOG)\.md)$/;
const required = ['LICENSE', 'README.md', 'package.json'];
const unwanted = /\.test\.|(^|\/)(test|tests|testing|src|node_modules)\/|metafile/;

/** Packages that must not appear in the public types: a user of ours need not know them. */
const privateTypes = {
  client: ['ky', 'zod', 'ws', 'isomorphic-ws', '@chat/contract'],
  server: [
    '@chat/contract',
    '@chat/conformance',
    '@photostructure/sqlite',
    'ioredis',
    'jose',
    'pg',
    'prom-client',
    'zod',
  ],
};

/**
 * @param {string} name the folder below packages/
 * @param {string[]} files as npm lists them
 * @param {string} folder where the tarball was unpacked
 * @param {{ folder: string, name: string, version: string, license: string }[]} bundled the packages whose code is in the bundles
 * @returns {Promise<string[]>} one sentence for each problem
 */
export async function reviewContents(name, files, folder, bundled) {
  const read = (file) => readFile(join(folder, file), 'utf8');
  const problems = required
    .filter((file) => !files.includes(file))
    .map((file) => `${file} is missing.`);
  const licences = files.includes(notices) ? await read(notices) : '';
  for (const dependency of bundled) {
    if (licences.includes(await noticeOf(dependency))) continue;
    const title = `${dependency.name} ${dependency.version}`;
    problems.push(`${title} is bundled, and ${notices} does not contain its whole licence.`);
  }
  for (const file of files) {
    if ((!expected.test(file) && file !== notices) || unwanted.test(file)) {
      problems.push(`${file} does not belong into the package.`);
    }
    if (/\.(js|cjs|d\.ts|d\.cts)$/.test(file)) {
      const text = await read(file);
      const map = /^\/\/# sourceMappingURL=(\S+)\s*$/m.exec(text)?.[1];
      if (map !== undefined && !files.includes(posix.join(dirname(file), map))) {
        problems.push(`${file} refers to ${map}, which is not in the package.`);
      }
      problems.push(...importProblems(name, file, text));
    }
    if (file.endsWith('.map')) {
      const { sources, sourcesContent } = JSON.parse(await read(file));
      const packed = sources.every((source) => files.includes(posix.join(dirname(file), source)));
      if (!packed && sourcesContent?.length !== sources.length) {
        problems.push(`${file} refers to sources that are not in the package.`);
      }
    }
  }
  return problems;
}

/** The packages whose code the last build put into the bundles of a package, as esbuild reports them. */
export async function bundledPackages(name) {
  const home = join(root, 'packages', name);
  const folders = new Set();
  for (const file of await readdir(join(home, 'dist'), { recursive: true })) {
    if (!/metafile-.+\.json$/.test(file)) continue;
    const metafile = JSON.parse(await readFile(join(home, 'dist', file), 'utf8'));
    for (const folder of foldersOf(metafile, home)) folders.add(folder);
  }
  return await Promise.all([...folders].map(readManifest));
}

function importProblems(name, file, text) {
  const isTypes = /\.d\.c?ts$/.test(file);
  // Examples in comments may import anything.
  const code = isTypes ? text.replace(/\/\*.*?\*\//gs, '') : text;
  const specifiers = /(?:from|import|require)\s*\(?\s*['"]((?:@[^/'"]+\/)?[^'"./][^'"/]*)/g;
  const imported = new Set([...code.matchAll(specifiers)].map(([, specifier]) => specifier));
  const problems = [];
  for (const unpublished of ['@chat/contract', '@chat/conformance']) {
    if (imported.has(unpublished)) {
      problems.push(`${file} imports ${unpublished}, which is never published.`);
    }
  }
  for (const hidden of isTypes ? privateTypes[name] : []) {
    if (imported.has(hidden)) problems.push(`${file} shows types of ${hidden}.`);
  }
  return problems;
}
