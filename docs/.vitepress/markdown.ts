import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import type { MarkdownRenderer } from 'vitepress';
import { repository as address } from '../../scripts/lib/repository.mjs';

type Token = ReturnType<MarkdownRenderer['parse']>[number];

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Adapts pages that are also read in the repository: links, diagrams and installation commands. */
export function markdownExtensions(md: MarkdownRenderer): void {
  const exports = exportedNames();

  md.core.ruler.after('normalize', 'package-managers', (state) => {
    state.src = withPackageManagers(state.src);
  });

  md.core.ruler.push('links-out-of-docs', ({ env, tokens }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.attrGet('href');
        if (href !== null) token.attrSet('href', siteLink(href, env.relativePath));
      }
    }
  });

  if (exports.size > 0) {
    md.core.ruler.push('links-to-exports', (state) => {
      if (state.env.relativePath.startsWith('reference/')) return;
      for (const [index, { type, children }] of state.tokens.entries()) {
        const isHeading = state.tokens[index - 1]?.type === 'heading_open';
        if (type !== 'inline' || children === null || isHeading) continue;
        let depth = 0;
        state.tokens[index]!.children = children.flatMap((token): Token[] => {
          depth += token.type === 'link_open' ? 1 : token.type === 'link_close' ? -1 : 0;
          const name = /^\w{4,}(?=(\(\))?$)/.exec(token.content)?.[0];
          const target = name === undefined ? undefined : exports.get(name);
          if (token.type !== 'code_inline' || depth > 0 || target === undefined) return [token];
          const open = new state.Token('link_open', 'a', 1);
          open.attrSet('href', target);
          return [open, token, new state.Token('link_close', 'a', -1)];
        });
      }
    });
  }

  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const { info, content } = tokens[index]!;
    if (info.trim() !== 'mermaid') return fence!(tokens, index, ...rest);
    return `<MermaidDiagram source="${encodeURIComponent(content)}" />`;
  };
}

/** Pages of the site stay relative; other files of the repository are shown where the repository is hosted. */
function siteLink(href: string, page: string): string {
  if (/^([a-z][a-z0-9+.-]*:|#|\/)/i.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const target = join('docs', dirname(page), decodeURI(path));
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (target === 'docs/openapi.json') return `/http-api${hash}`;
  if (target === 'docs/asyncapi.json') return `/websocket-api${hash}`;
  // `npm run docs` copies them to the root of the site.
  const document = /^docs\/([\w-]+\.json)$/.exec(target)?.[1];
  if (document !== undefined) return `/${document}`;
  if (target === 'CONTRIBUTING.md') return `/contributing${hash}`;
  const example = /^examples\/([^/.]+)(\/README\.md)?\/?$/.exec(target)?.[1];
  if (example !== undefined) return `/examples/${example}${hash}`;
  // Other files of docs/ are not part of the site, except for images.
  if (/^docs\/.*\.(md|png|svg)$/.test(target)) return href.replace('README.md', 'index.md');
  return `${address}/blob/main/${target}${hash}`;
}

const commands: Record<string, (rest: string) => string> = {
  pnpm: (rest) => `pnpm add ${rest}`,
  yarn: (rest) => `yarn add ${rest}`,
  bun: (rest) => `bun add ${rest}`,
};

/** A block that only installs packages gets a tab for each package manager. */
function withPackageManagers(text: string): string {
  return text.replace(/^```sh\nnpm install ([^\n]+)\n```$/gm, (block, rest: string) => {
    if (rest.includes('#')) return block;
    const tabs = Object.entries(commands).map(
      ([name, command]) =>
        `\`\`\`sh [${name}]\n${command(rest).replace('add --save-dev', 'add -D')}\n\`\`\``,
    );
    return ['::: code-group', block.replace('```sh', '```sh [npm]'), ...tabs, ':::'].join('\n');
  });
}

/** `npm run docs` writes the pages of the reference for each exported name. */
function exportedNames(): Map<string, string> {
  const file = join(repository, 'docs/reference/exports.json');
  return new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, 'utf8'))) : []);
}
