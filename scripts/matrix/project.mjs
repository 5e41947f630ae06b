import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../packages/install.mjs';
import { pack } from '../packages/pack.mjs';

const consumer = new URL('consumer/', import.meta.url).pathname;

/** Projects outside the repository with what we publish, packed once. */
export class Projects {
  #folder;
  #tarballs;
  #made = new Map();

  /** @param {string} folder an empty one */
  constructor(folder) {
    this.#folder = folder;
  }

  /**
   * @param {string} name the same name gives the same project
   * @param {string[]} [others] packages of others, with ranges
   * @returns {Promise<string>} the folder, with the files of consumer/ in it
   */
  async create(name, others = []) {
    if (!this.#made.has(name)) this.#made.set(name, this.#make(name, others));
    return this.#made.get(name);
  }

  async #make(name, others) {
    this.#tarballs ??= this.#pack();
    const project = join(this.#folder, name);
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
    await install(project, [...(await this.#tarballs), ...others]);
    await cp(consumer, project, { recursive: true });
    return project;
  }

  async #pack() {
    const tarballs = [];
    for (const name of ['client', 'server']) {
      const { tarball } = await pack(name, this.#folder);
      // npm takes a tarball of the same name for the same.
      const hash = createHash('sha256')
        .update(await readFile(tarball))
        .digest('hex');
      const own = tarball.replace('.tgz', `-${hash.slice(0, 12)}.tgz`);
      await rename(tarball, own);
      tarballs.push(own);
    }
    return tarballs;
  }
}
