// What a keyboard and a screen reader need and TypeDoc's own theme lacks; its looks are site.css's.
import { DefaultTheme, PageEvent } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function addTheme(app) {
  app.renderer.defineTheme(
    'chat',
    class extends DefaultTheme {
      buildNavigation(project) {
        return super.buildNavigation(project).map(withoutLinkInButton);
      }
    },
  );
  app.renderer.on(PageEvent.END, (page) => {
    page.contents &&= accessible(page.contents);
  });
}

/** What opens a part of the menu is a button, and a button has no link inside: the link comes first below it. */
function withoutLinkInButton({ path, ...element }) {
  if (element.children === undefined) return path === undefined ? element : { ...element, path };
  const children = element.children.map(withoutLinkInButton);
  if (path !== undefined) children.unshift({ text: 'Overview', path });
  return { ...element, children };
}

function accessible(html) {
  return withLevels(
    html
      .replace('<nav id="tsd-sidebar-links"', '$& aria-label="Most read"')
      .replace('<nav class="tsd-navigation"', '$& aria-label="All pages"')
      .replace('<div class="page-menu"', '$& role="complementary" aria-label="This page"')
      .replace(/<summary[\s\S]*?<\/summary>/g, (summary) =>
        summary.replace(/<a [^>]*class="tsd-anchor-icon"[\s\S]*?<\/a>/g, ''),
      )
      // Empty everywhere: the table has no head. Empty in one column: that column's cells need none.
      .replace(/<thead>\s*<tr>(\s*<th[^>]*><\/th>)+\s*<\/tr>\s*<\/thead>/g, '')
      .replace(/<th([^>]*)><\/th>/g, '<td$1></td>')
      // A table that scrolls by itself would be no table any more to some screen readers.
      .replace(
        /<table>[\s\S]*?<\/table>/g,
        (table) => `<div class="scroller">${withBreaksInPaths(table)}</div>`,
      ),
  );
}

/** Where a column is narrow, a path breaks between its parts and not within a word; a version stays with what it is of. */
function withBreaksInPaths(table) {
  return table.replace(/<code>[^<]*<\/code>/g, (code) =>
    code.replace(/(?<=\w\/)(?=\w)(?!v\d)/g, '<wbr>'),
  );
}

/** TypeDoc chooses headings by their size; who jumps from one to the next hears levels without a gap. */
function withLevels(html) {
  let above = 0;
  return html.replace(/<h([1-6])(?=[ >])/g, (tag, size) => {
    const level = Math.min(Number(size), above + 1);
    above = level;
    return level === Number(size) ? tag : `${tag} role="heading" aria-level="${level}"`;
  });
}
