// What has to be true of a release before anything is built for it. Both functions return what is wrong, as sentences.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {{ releases: { name: string, type: string, newVersion: string }[] }} plan as `changeset status` gives it
 * @param {string[]} published the packages that share one version
 */
export function reviewPlan({ releases }, published) {
  const problems = [];
  for (const name of published) {
    if (!releases.some((release) => release.name === name && release.type !== 'none')) {
      problems.push(
        `${name} would not be released: do both stand in "fixed" of .changeset/config.json?`,
      );
    }
  }
  for (const { name } of releases) {
    if (!published.includes(name)) problems.push(`${name} would be released, and is private.`);
  }
  const versions = new Set(releases.map(({ newVersion }) => newVersion));
  if (versions.size > 1)
    problems.push(`There would be several versions: ${[...versions].join(', ')}.`);
  return problems;
}

/**
 * @param {string} root a repository whose versions were raised
 * @param {string[]} published
 * @param {string} version the one they were to get
 */
export async function reviewVersions(root, published, version) {
  const problems = [];
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  for (const name of published) {
    const path = `packages/${name.split('/')[1]}`;
    const manifest = JSON.parse(await readFile(join(root, path, 'package.json'), 'utf8'));
    if (manifest.version !== version) {
      problems.push(`${name} has become ${manifest.version}, not ${version}.`);
    }
    if (lock.packages[path].version !== version) {
      problems.push(
        `package-lock.json knows ${name} as ${lock.packages[path].version}, not ${version}.`,
      );
    }
    const changelog = await readFile(join(root, path, 'CHANGELOG.md'), 'utf8').catch(() => '');
    if (!changelog.includes(`\n## ${version}\n`)) {
      problems.push(`${path}/CHANGELOG.md says nothing of ${version}.`);
    }
  }
  const left = (await readdir(join(root, '.changeset'))).filter((file) => file.endsWith('.md'));
  if (left.length > 0) problems.push(`Changesets are left over: ${left.join(', ')}.`);
  return problems;
}
