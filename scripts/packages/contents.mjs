// Reviews what a tarball contains.
import { readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { noticeOf, noticesFile } from '../build/inlined.mjs';

const notices = `dist/${noticesFile}`;
const expected =
  /^(dist\/.+\.(js|cjs|d\.ts|d\.cts|map)|package\.json|LICENSE|(README|CHANGELOG)\.md)$/;
const needed = ['LICENSE', 'README.md', 'package.json'];
/** What only the repository has a use for. */
const unwanted = /\.test\.|(^|\/)(test|tests|testing|src|node_modules)\/|metafile/;

/** Packages that must not show in the public types: whoever uses ours should not have to know them. */
const privateTypes = {
  client: ['ky', 'zod', 'ws', 'isomorphic-ws', '@chat/contract'],
  server: ['@chat/contract'],
};

/**
 * @param {string} name the folder below packages/
 * @param {string[]} files as npm lists them
 * @param {string} folder where the tarball was unpacked
 * @param {{ folder: string, name: string, version: string, license: string }[]} inlined the packages of others that
 *   were built in, and where they are
 * @returns {Promise<string[]>} what is wrong, as sentences
 */
export async function reviewContents(name, files, folder, inlined) {
  const problems = [
    ...needed.filter((file) => !files.includes(file)).map((file) => `${file} is missing.`),
    ...(await licenceProblems(files, folder, inlined)),
  ];
  for (const file of files) {
    if ((!expected.test(file) && file !== notices) || unwanted.test(file)) {
      problems.push(`${file} does not belong into the package.`);
    }
    if (/\.(js|cjs|d\.ts|d\.cts)$/.test(file)) {
      const text = await readFile(join(folder, file), 'utf8');
      problems.push(...mapProblems(file, text, files), ...importProblems(name, file, text));
    }
    if (file.endsWith('.map')) {
      const map = JSON.parse(await readFile(join(folder, file), 'utf8'));
      const here = map.sources.every((source) => files.includes(posix.join(dirname(file), source)));
      const inside = map.sourcesContent?.length === map.sources.length;
      if (!here && !inside) problems.push(`${file} leads to sources that are not in the package.`);
    }
  }
  return problems;
}

async function licenceProblems(files, folder, inlined) {
  const text = files.includes(notices) ? await readFile(join(folder, notices), 'utf8') : '';
  const problems = [];
  for (const of of inlined) {
    if (text.includes(await noticeOf(of))) continue;
    problems.push(
      `${of.name} ${of.version} is built in, and ${notices} does not give its licence whole.`,
    );
  }
  return problems;
}

function mapProblems(file, text, files) {
  const map = text.match(/^\/\/# sourceMappingURL=(\S+)\s*$/m)?.[1];
  if (map === undefined || files.includes(posix.join(dirname(file), map))) return [];
  return [`${file} refers to ${map}, which is not in the package.`];
}

function importProblems(name, file, text) {
  const isTypes = /\.d\.c?ts$/.test(file);
  // Examples in comments import what they like.
  const code = isTypes ? text.replace(/\/\*.*?\*\//gs, '') : text;
  const imported = new Set(
    [...code.matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"./][^'"]*)['"]/g)].map((match) =>
      packageOf(match[1]),
    ),
  );
  const problems = [];
  if (imported.has('@chat/contract')) {
    problems.push(`${file} imports @chat/contract, which is never published.`);
  }
  if (isTypes) {
    for (const hidden of privateTypes[name] ?? []) {
      if (imported.has(hidden)) problems.push(`${file} shows types of ${hidden}.`);
    }
  }
  return problems;
}

function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
