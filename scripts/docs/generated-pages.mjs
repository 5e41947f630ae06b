// Pages of the site that come from other files: the READMEs of the examples, CONTRIBUTING.md, and the two API documents.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path/posix';
import { asyncApiPage, openApiPage } from './api-pages.mjs';

/** @param {string} root the folder of the repository, with a slash at its end */
export async function writePages(root) {
  const entries = await readdir(`${root}examples`, { withFileTypes: true });
  const examples = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const copies = {
    'CONTRIBUTING.md': 'contributing',
    ...Object.fromEntries(
      examples.map((name) => [`examples/${name}/README.md`, `examples/${name}`]),
    ),
  };
  await rm(`${root}docs/examples`, { recursive: true, force: true });
  await mkdir(`${root}docs/examples`);
  for (const [source, page] of Object.entries(copies)) {
    const text = withLinksFrom(source, `docs/${page}.md`, await readFile(root + source, 'utf8'));
    await write(page, source, text);
  }
  const document = (name) => readFile(`${root}docs/${name}`, 'utf8');
  const specs = 'packages/contract/src/route-specs.ts';
  await write('http-api', specs, await openApiPage(await document('openapi.json')));
  const frames = 'packages/contract/src/frames.ts';
  const socketPage = await asyncApiPage(await document('asyncapi.json'));
  // The headings of the frames are at level 4.
  await write('websocket-api', frames, socketPage, 'outline: [2, 4]\n');

  /** The front matter contains the path for "Edit this page". */
  function write(page, source, text, more = '') {
    const frontMatter = `---\nsource: ${source}\n${more}---\n\n`;
    return writeFile(`${root}docs/${page}.md`, frontMatter + text);
  }
}

/** Relative links of one file, as another file has to write them. */
function withLinksFrom(source, copy, text) {
  const move = (link) =>
    /^([a-z][a-z0-9+.-]*:|#|\/)/i.test(link)
      ? link
      : relative(dirname(copy), join(dirname(source), link));
  return text
    .replace(/(\]\()([^)\s]+)/g, (_, before, link) => before + move(link))
    .replace(/((?:href|src)=")([^"]+)/g, (_, before, link) => before + move(link));
}
