// Which packages of others the builds put into ours, as esbuild reports it.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;

/** Within dist/. */
export const noticesFile = 'THIRD-PARTY-NOTICES.txt';

/** Where the reports of the last build of a package are. */
export function metafilesOf(name) {
  return join(root, 'node_modules/.cache/chat-build', `${name}-metafiles`);
}

/**
 * @param {string} name the folder below packages/
 * @returns {Promise<{ folder: string, name: string, version: string, license: string }[]>} by name
 */
export async function inlinedPackages(name) {
  const folders = new Set();
  for (const file of await readdir(metafilesOf(name))) {
    const { outputs } = JSON.parse(await readFile(join(metafilesOf(name), file), 'utf8'));
    for (const { inputs } of Object.values(outputs)) {
      for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
        const folder = bytesInOutput > 0 && path.match(/^.*node_modules\/(@[^/]+\/)?[^/]+/)?.[0];
        if (folder) folders.add(join(root, 'packages', name, folder));
      }
    }
  }
  const packages = [];
  for (const folder of [...folders].sort()) {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    packages.push({
      folder,
      name: manifest.name,
      version: manifest.version,
      license: manifest.license,
    });
  }
  return packages;
}

/**
 * How the licence of such a package is given beside ours.
 * @param {{ folder: string, name: string, version: string, license: string }} of
 */
export async function noticeOf({ folder, name, version, license }) {
  const file = (await readdir(folder)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  if (file === undefined) throw new Error(`${folder} was built in, and has no licence to show.`);
  const text = await readFile(join(folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}
