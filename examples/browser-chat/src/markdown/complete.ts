import remend from 'remend';

/** The text of a reply in progress: closes open markup, and omits a last part whose meaning is not clear yet. */
export function completeMarkdown(text: string): string {
  const start = withoutTableHeader(withoutMarkers(text));
  return remend(start, { linkMode: 'text-only', katex: false });
}

/** Removes markers without text at the end: those of a list item, a heading or a quote, and those inside of a line. */
function withoutMarkers(text: string): string {
  return text
    .replace(/(^|\n)[ \t]*(?:[-*+=]+|\d+[.)]?|#{1,6}|>+)[ \t]*$/, '$1')
    .replace(/[*_~`[\]]+$/, '');
}

/** A line that starts with "|" is the header of a table only if the next line says so. */
function withoutTableHeader(text: string): string {
  return text.replace(/(^|\n\n)\|[^\n]*(\n\|?[-:| ]*)?$/, '$1');
}
