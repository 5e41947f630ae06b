// Whether links lead somewhere, in Markdown and in built pages. What is outside is not asked: a check must not depend on the network.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** @returns {string[]} what is wrong in the repository's Markdown, a line each */
export function brokenMarkdownLinks(root) {
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .trim()
    .split('\n')
    .filter((file) => existsSync(join(root, file)));
  return files.flatMap((file) => {
    const lines = withoutCode(readFileSync(join(root, file), 'utf8')).split('\n');
    return lines.flatMap((line, index) =>
      [...line.matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)|(?:href|src)="([^"]+)"/g)]
        .map(([, inText, inHtml]) => inText ?? inHtml)
        .filter((link) => !leadsOutside(link))
        .filter((link) => !markdownLinkLeads(join(root, file), link))
        .map((link) => `${file}:${index + 1} ${link} leads nowhere`),
    );
  });
}

function markdownLinkLeads(from, link) {
  const [path, anchor] = link.split('#');
  const target = path === '' ? from : resolve(dirname(from), decodeURIComponent(path));
  if (!existsSync(target)) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  return headingsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** The anchors that GitHub, and the site as well, gives to headings. */
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

/** With its lines, so that places can be told. */
function withoutCode(text, { keepInline = false } = {}) {
  const blank = (code) => code.replace(/[^\n]/g, '');
  const withoutBlocks = text.replace(/^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2/gm, blank);
  return keepInline ? withoutBlocks : withoutBlocks.replace(/`[^`\n]+`/g, '');
}

/** @returns {string[]} what is wrong in the pages of a folder, a line each */
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
  const wrong = [];
  for (const [page, html] of htmlOf) {
    const say = (sentence) => wrong.push(`${relative(site, page)} ${sentence}`);
    for (const [, tag, rest] of html.matchAll(/<(a|link|script|img|iframe|source)\s([^>]*)>/g)) {
      const link = /(?:^|\s)(?:href|src)="([^"]*)"/.exec(rest)?.[1]?.replaceAll('&amp;', '&');
      if (link === undefined) continue;
      if (leadsOutside(link)) {
        if (!/^(https?:|mailto:|data:|\/\/)/.test(link)) say(`${link} is no address of the web`);
        else if (tag !== 'a' && !link.startsWith('data:')) say(`loads ${link} from the network`);
        continue;
      }
      const [path, anchor] = link.split('#');
      const given = resolve(dirname(page), decodeURIComponent(path.split('?')[0]));
      const target = path === '' ? page : isFolder(given) ? join(given, 'index.html') : given;
      if (!existsSync(target)) say(`${link} leads nowhere`);
      else if (anchor && !anchorsOf.get(target)?.has(decodeURIComponent(anchor)))
        say(`${link} names no place`);
    }
  }
  return [...new Set(wrong)];
}

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();
const leadsOutside = (link) => /^[a-z][a-z0-9+.-]*:|^\/\//i.test(link);
