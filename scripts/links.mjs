// Checks the links in the Markdown of the repository. The links of the site are checked when it is built.
import { fileURLToPath } from 'node:url';
import { brokenMarkdownLinks } from './docs/links.mjs';

const broken = brokenMarkdownLinks(fileURLToPath(new URL('..', import.meta.url)));
for (const sentence of broken) console.error(sentence);
console.log(broken.length === 0 ? 'All links are valid.' : `${broken.length} links are broken.`);
process.exitCode = broken.length > 0 ? 1 : 0;
