// Gives TypeDoc the pages of contents.mjs: title from the first heading, place from the table, links to what is not on the site as words.
import { readFileSync } from 'node:fs';
import {
  CommentTag,
  Converter,
  DocumentReflection,
  KindRouter,
  MinimalSourceFile,
  PageEvent,
  ReflectionKind,
} from 'typedoc';
import { asyncApiPage } from './asyncapi-page.mjs';
import { contents } from './contents.mjs';
import { openApiPage } from './openapi-page.mjs';
import { sequenceDiagram } from './sequence-diagram.mjs';

const written = { 'docs/openapi.json': openApiPage, 'docs/asyncapi.json': asyncApiPage };
const inRepository = 'repository:';

/** @param {import('typedoc').Application} app */
export function addPages(app, root) {
  const placeOf = new Map();

  app.converter.on(Converter.EVENT_BEGIN, ({ project }) => {
    for (const { group, pages } of contents) {
      for (const page of pages) addPage(project, page, { group });
    }

    function addPage(parent, { file, at, children = [] }, frontmatter) {
      const raw = readFileSync(root + file, 'utf8');
      const text = written[file]?.(JSON.parse(raw)) ?? raw;
      const [, title] = /^# (.+)\n/.exec(text) ?? [];
      if (!title) throw new Error(`${file} does not begin with a heading.`);
      const source = new MinimalSourceFile(text, root + file);
      const { content } = app.converter.parseRawComment(source, project.files);
      const document = new DocumentReflection(
        title.replaceAll('`', ''),
        parent,
        content,
        frontmatter,
      );
      parent.addChild(document);
      project.registerReflection(document, undefined, root + file);
      placeOf.set(document, at);
      for (const child of children) addPage(document, child, {});
    }
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const texts = [...placeOf.keys()].map((document) => document.content);
    for (const content of [...texts, project.readme ?? []]) {
      for (const [index, part] of content.entries()) {
        nameExport(part, content[index - 1], project);
        if (part.kind === 'relative-link') nameFile(part, project);
        if (part.kind === 'code' && part.text.startsWith('```mermaid')) {
          part.kind = 'text';
          part.text = sequenceDiagram(part.text.replace(/^```mermaid\n|```$/g, ''));
        }
      }
    }
  });

  // Twenty errors among the classes would hide the five that one works with.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { name, comment } of project.getReflectionsByKind(ReflectionKind.Class)) {
      if (name.endsWith('Error'))
        comment?.blockTags.push(new CommentTag('@group', [{ kind: 'text', text: 'Errors' }]));
    }
  });

  app.renderer.on(PageEvent.END, (page) => {
    const up = '../'.repeat(page.url.split('/').length - 1);
    const kind = placeOf.has(page.model) ? ' class="document-page"' : '';
    page.contents = page.contents
      ?.replace('<body>', `<body${kind}>`)
      .replace('<div class="col-content">', '<div class="col-content" role="main">')
      .replace(
        /<a href="repository:([^"]*)"[^>]*>(.*?)<\/a>/gs,
        '<span class="in-repository" title="$1, in the repository">$2</span>',
      )
      .replace(/href="site:([^"]*)"(?: class="external")?(?: target="_blank")?/g, `href="${up}$1"`);
  });

  app.renderer.defineRouter('chat', chatRouter(placeOf));

  /** What stands as code and is the name of an export leads to its page. */
  function nameExport(part, before, project) {
    const name = /^`(\w{4,})(?:\(\))?`$/.exec(part.kind === 'code' ? part.text : '')?.[1];
    if (name === undefined || before?.text.endsWith('[')) return;
    const target = project.children
      .flatMap(({ children }) => children ?? [])
      .find((each) => each.name === name && !each.isReference());
    if (target)
      Object.assign(part, {
        kind: 'inline-tag',
        tag: '@linkcode',
        text: part.text.slice(1, -1),
        target,
      });
  }

  /** The site has no copy of the sources: what a link to one of them says stays, and where it led is its title. */
  function nameFile(part, project) {
    const target = part.target && project.files.resolve(part.target, project);
    if (target && typeof target !== 'string') return;
    // Pictures are copied.
    if (target && /\.(png|svg|jpg)$/.test(target)) return;
    const path = (target ?? part.text).replace(root, '').replace(/^(\.\.?\/)+/, '');
    Object.assign(part, { kind: 'text', text: inRepository + path });
    delete part.target;
  }
}

function chatRouter(placeOf) {
  return class extends KindRouter {
    getIdealBaseName(reflection) {
      const place = placeOf.get(reflection);
      if (place) return place;
      const parts = [];
      for (let at = reflection; at && !at.isProject(); at = at.parent)
        parts.unshift(at.name.replace('@chat/', ''));
      return `reference/${parts.join('/')}`;
    }
  };
}
