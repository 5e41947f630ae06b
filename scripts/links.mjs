// Whether every link in the repository's Markdown leads somewhere; those of the site are checked when it is built.
import { fileURLToPath } from 'node:url';
import { brokenMarkdownLinks } from './docs/links.mjs';

const broken = brokenMarkdownLinks(fileURLToPath(new URL('..', import.meta.url)));
for (const sentence of broken) console.error(sentence);
console.log(
  broken.length === 0 ? 'Every link leads somewhere.' : `${broken.length} links lead nowhere.`,
);
process.exitCode = broken.length > 0 ? 1 : 0;
