import { Marked, type Token } from 'marked';
import { escapeHtml } from './sanitize.js';

/** A top-level part of a Markdown text. The HTML may contain anything: it must be sanitized. */
export type Block =
  | { type: 'code'; text: string; language: string }
  | { type: 'html'; unsafeHtml: string };

const marked = new Marked({
  // A new line of a chat message is a new line on the page.
  breaks: true,
  renderer: {
    // One level for all, so that the page's order of headings stays valid.
    heading({ tokens }) {
      return `<h4>${this.parser.parseInline(tokens)}</h4>`;
    },
    // HTML in a reply is shown as text.
    html: ({ text }) => escapeHtml(text),
    // Loading an image would inform its server that the message was read.
    image: ({ href, text }) => `<a href="${escapeHtml(href)}">${escapeHtml(text || href)}</a>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

/** Each block becomes an element of its own, so that a streamed reply changes only its last one. */
export function renderBlocks(markdown: string): Block[] {
  return marked
    .lexer(markdown)
    .filter(({ type }) => type !== 'space' && type !== 'def')
    .map(renderBlock);
}

function renderBlock(token: Token): Block {
  if (token.type === 'code') return { type: 'code', text: token.text, language: token.lang ?? '' };
  return { type: 'html', unsafeHtml: marked.parser([token]) };
}
