// Puts the licences of what was built into this package beside it, as they ask for, and takes away what the builds said
// of themselves (read again when the tarballs are reviewed).
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { inlinedPackages, metafilesOf, noticesFile } from './inlined.mjs';

const name = basename(process.cwd());
const kept = metafilesOf(name);
await rm(kept, { recursive: true, force: true });
await mkdir(kept, { recursive: true });
for (const file of await readdir('dist', { recursive: true })) {
  if (!/^metafile-.+\.json$/.test(basename(file))) continue;
  await rename(join('dist', file), join(kept, file.replaceAll(sep, '-')));
}

const inlined = await inlinedPackages(name);
const notices = [];
for (const { folder, name, version, license } of inlined) {
  const text = await licenceText(folder);
  notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
if (notices.length > 0) {
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const start = 'This package contains code of others. Their licences:\n';
  await writeFile(join('dist', noticesFile), [start, ...notices].join(rule));
}

async function licenceText(folder) {
  const file = (await readdir(folder)).find((file) => /^licen[cs]e(\.|$)/i.test(file));
  if (file === undefined) throw new Error(`${folder} was built in, and has no licence to show.`);
  return await readFile(join(folder, file), 'utf8');
}
