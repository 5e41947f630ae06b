// Checks links in Markdown and in built pages. External links are not requested: a check must not depend on the network.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { gitFiles } from '../lib/git-files.mjs';

/** @returns {string[]} one line for each broken link in the repository's Markdown */
export function brokenMarkdownLinks(root) {
  const files = gitFiles(root, ['*.md']).filter((file) => existsSync(join(root, file)));
  return files.flatMap((file) => {
    const lines = withoutCode(readFileSync(join(root, file), 'utf8')).split('\n');
    return lines.flatMap((line, index) =>
      [...line.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)|(?:href|src)="([^"]+)"/g)]
        .map(([, inText, inHtml]) => inText ?? inHtml)
        .filter((link) => !isExternal(link))
        .filter((link) => !isMarkdownLinkValid(join(root, file), link))
        .map((link) => `${file}:${index + 1} ${link} is broken`),
    );
  });
}

function isMarkdownLinkValid(from, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? from : resolve(dirname(from), decodeURIComponent(path));
  if (!existsSync(target)) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  return headingsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** The anchors that GitHub and the site give to headings. */
function headingsOf(text) {
  const anchors = new Set();
  for (const [, heading] of withoutCode(text, { keepInline: true }).matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = words
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}

/** Keeps the line breaks, so that line numbers stay correct. */
function withoutCode(text, { keepInline = false } = {}) {
  const blank = (code) => code.replace(/[^\n]/g, '');
  const withoutBlocks = text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2/gm, blank);
  return keepInline ? withoutBlocks : withoutBlocks.replace(/`[^`\n]+`/g, '');
}

/** @returns {string[]} one line for each broken link in the pages of a folder */
export function brokenSiteLinks(site) {
  const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith('.html'));
  const anchorsOf = new Map();
  const htmlOf = new Map(
    pages.map((page) => [join(site, page), readFileSync(join(site, page), 'utf8')]),
  );
  for (const [page, html] of htmlOf) {
    anchorsOf.set(
      page,
      new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(([, id]) => id)),
    );
  }
  const problems = [];
  for (const [page, html] of htmlOf) {
    const report = (problem) => problems.push(`${relative(site, page)} ${problem}`);
    for (const [, tag, rest] of html.matchAll(/<(a|link|script|img|iframe|source)\s([^>]*)>/g)) {
      const link = /(?:^|\s)(?:href|src)="([^"]*)"/.exec(rest)?.[1]?.replaceAll('&amp;', '&');
      if (link === undefined) continue;
      if (isExternal(link)) {
        if (!/^(https?:|mailto:|data:|\/\/)/.test(link)) report(`${link} is not a web address`);
        else if (tag !== 'a' && !link.startsWith('data:')) report(`loads ${link} from the network`);
        continue;
      }
      const [path, anchor] = link.split('#');
      const given = resolve(
        path.startsWith('/') ? site : dirname(page),
        `./${decodeURIComponent(path.split('?')[0])}`,
      );
      const target = path === '' ? page : isFolder(given) ? join(given, 'index.html') : given;
      if (!existsSync(target)) report(`${link} is broken`);
      else if (anchor && !anchorsOf.get(target)?.has(decodeURIComponent(anchor)))
        report(`${link} has an unknown anchor`);
    }
  }
  return [...new Set(problems)];
}

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();
const isExternal = (link) => /^[a-z][a-z0-9+.-]*:|^\/\//i.test(link);
