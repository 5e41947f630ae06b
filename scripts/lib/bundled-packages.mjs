// The packages whose code a build puts into its bundles, and their licences.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {{ outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> }} metafile of esbuild
 * @param {string} home the folder to which its paths are relative
 * @returns {string[]} the folders of the packages
 */
export function foldersOf(metafile, home) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined && bytesInOutput > 0) folders.add(join(home, folder));
    }
  }
  return [...folders];
}

/** @param {string} folder of a package */
export async function readManifest(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return { folder, name: manifest.name, version: manifest.version, license: manifest.license };
}

/** What the notices must contain: the heading and the whole text of the licence. */
export async function noticeOf({ folder, name, version, license }) {
  const file = (await readdir(folder)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  if (file === undefined) throw new Error(`${folder} is bundled and has no licence file.`);
  const text = await readFile(join(folder, file), 'utf8');
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

/** A plugin of esbuild that writes the licences of the bundled packages to `dist/THIRD-PARTY-NOTICES.txt`. */
export const licenseNotices = {
  name: 'licence notices',
  setup(build) {
    build.onEnd(async ({ metafile }) => {
      const home = build.initialOptions.absWorkingDir ?? process.cwd();
      const packages = await Promise.all(foldersOf(metafile, home).map(readManifest));
      packages.sort((a, b) => (a.name < b.name ? -1 : 1));
      const notices = await Promise.all(packages.map(noticeOf));
      const text = ['This package contains code of others. Their licences:\n', ...notices].join(
        `\n${'-'.repeat(80)}\n\n`,
      );
      // The build writes its files after this.
      await mkdir(join(home, 'dist'), { recursive: true });
      await writeFile(join(home, 'dist/THIRD-PARTY-NOTICES.txt'), text);
    });
  },
};
