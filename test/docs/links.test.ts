import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { brokenMarkdownLinks, brokenSiteLinks } from '../../scripts/docs/links.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chat-links-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

it('reports the file and line of a broken link in Markdown', () => {
  execFileSync('git', ['init', '-q'], { cwd: folder });
  write({
    'README.md':
      '# One\n\n[a](docs/a.md) [b](docs/b.md)\n[c](docs/a.md#two-words) [d](docs/a.md#three)\n',
    'docs/a.md': '# Two `words`\n\n[up](../README.md#one) [out](https://example.com/nowhere)\n',
  });
  expect(brokenMarkdownLinks(folder)).toEqual([
    'README.md:3 docs/b.md is broken',
    'README.md:4 docs/a.md#three is broken',
  ]);
});

it('ignores links in code', () => {
  execFileSync('git', ['init', '-q'], { cwd: folder });
  write({ 'README.md': '```md\n[a](nowhere.md)\n```\n\n`[b](nowhere.md)`\n' });
  expect(brokenMarkdownLinks(folder)).toEqual([]);
});

it('reports the page of a broken link and of a missing anchor', () => {
  write({
    'index.html':
      '<a href="a/b.html">b</a><a href="a/b.html#there">t</a><a class="x" href="a/c.html">c</a>',
    'a/b.html':
      '<h1 id="there">B</h1><a href="../index.html#gone">up</a><a href="#there">t</a><a href="../">i</a>',
  });
  expect(brokenSiteLinks(folder)).toEqual([
    'index.html a/c.html is broken',
    'a/b.html ../index.html#gone has an unknown anchor',
  ]);
});

it('resolves absolute URLs from the root of the site', () => {
  write({
    'index.html': '<h1 id="there">A</h1>',
    'a/b.html': '<a href="/index.html#there">i</a><a href="/a/c.html">c</a>',
  });
  expect(brokenSiteLinks(folder)).toEqual(['a/b.html /a/c.html is broken']);
});

it('reports a URL with a scheme of the site generator', () => {
  write({ 'index.html': '<a href="repository:src/a.ts">a</a>' });
  expect(brokenSiteLinks(folder)).toEqual(['index.html repository:src/a.ts is not a web address']);
});

it('reports what a page would load from the network', () => {
  write({
    'index.html':
      '<script src="https://cdn.example.com/x.js"></script><img src="data:image/png;base64,AA=="><a href="https://example.com">e</a>',
  });
  expect(brokenSiteLinks(folder)).toEqual([
    'index.html loads https://cdn.example.com/x.js from the network',
  ]);
});
