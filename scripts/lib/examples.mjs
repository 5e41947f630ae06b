// The examples as a reader would use them: copied out of the repository, with the packed packages.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { install, pack, publishedPackages } from './packages.mjs';
import { root } from './run.mjs';

export const examplesFolder = join(root, 'examples');
/** What examples share; they expect it next to them, as in the repository. */
const shared = ['chat-page-test', 'demo/cuttable-proxy.mjs'];

/** @returns {Promise<Record<string, string>>} the path of each tarball, by the name of the package */
export async function packAll(folder) {
  const tarballs = {};
  for (const name of publishedPackages) {
    tarballs[`@chat/${name}`] = (await pack(name, folder)).tarball;
  }
  return tarballs;
}

/**
 * @param {string} name of the example
 * @param {string} project the folder of the copy; what examples share is copied next to it
 * @param {Record<string, string>} tarballs
 * @param {string[]} [packages] to install, too
 */
export async function installExample(name, project, tarballs, packages = []) {
  for (const path of shared) {
    await cp(join(examplesFolder, path), join(dirname(project), path), { recursive: true });
  }
  const filter = (path) => !['node_modules', 'dist', '.next'].includes(basename(path));
  await cp(join(examplesFolder, name), project, { recursive: true, filter });
  // The packages are not in the registry yet.
  const file = join(project, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  for (const dependencies of [manifest.dependencies ?? {}, manifest.devDependencies ?? {}]) {
    for (const name of Object.keys(dependencies)) {
      if (name in tarballs) dependencies[name] = `file:${tarballs[name]}`;
    }
  }
  await writeFile(file, `${JSON.stringify(manifest, null, 2)}\n`);
  await install(project, packages);
}
