// Puts the licences of what was built into this package beside it, as they ask for, and takes away what the builds said
// of themselves (read again when the tarballs are reviewed).
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { inlinedPackages, metafilesOf, noticeOf, noticesFile } from './inlined.mjs';

const name = basename(process.cwd());
const kept = metafilesOf(name);
await rm(kept, { recursive: true, force: true });
await mkdir(kept, { recursive: true });
for (const file of await readdir('dist', { recursive: true })) {
  if (!/^metafile-.+\.json$/.test(basename(file))) continue;
  await rename(join('dist', file), join(kept, file.replaceAll(sep, '-')));
}

const notices = await Promise.all((await inlinedPackages(name)).map(noticeOf));
if (notices.length > 0) {
  const rule = `\n${'-'.repeat(80)}\n\n`;
  const start = 'This package contains code of others. Their licences:\n';
  await writeFile(join('dist', noticesFile), [start, ...notices].join(rule));
}
