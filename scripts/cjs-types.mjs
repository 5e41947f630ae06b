// Gives the CommonJS entries of the package in this folder their declarations: the same as those of
// the ES modules, but for the names of the files. To make them anew would take as long as the rest of a build.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const files = (await readdir('dist', { recursive: true })).filter((file) => file.endsWith('.d.ts'));
if (files.length === 0) throw new Error('There are no declarations in dist/ to copy.');
for (const file of files) {
  const text = await readFile(join('dist', file), 'utf8');
  const own = text.replace(/(['"])(\.{1,2}\/[^'"]+)\.js\1/g, '$1$2.cjs$1');
  await writeFile(join('dist', file.replace(/\.d\.ts$/, '.d.cts')), own);
}
