import { memo, useMemo } from 'react';
import { CodeBlock } from './code-block.js';
import { completeMarkdown } from './complete.js';
import { renderBlocks } from './render.js';
import { sanitize } from './sanitize.js';

/** A text in Markdown. A reply in progress is not complete: its last markup may be open. */
export function Markdown({ text, isComplete = true }: { text: string; isComplete?: boolean }) {
  const blocks = useMemo(
    () => renderBlocks(isComplete ? text : completeMarkdown(text)),
    [text, isComplete],
  );
  return (
    <div className="markdown">
      {blocks.map((block, index) =>
        block.type === 'code' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only appended.
          <CodeBlock key={index} text={block.text} language={block.language} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks are only appended.
          <HtmlBlock key={index} unsafeHtml={block.unsafeHtml} />
        ),
      )}
    </div>
  );
}

const HtmlBlock = memo(function HtmlBlock({ unsafeHtml }: { unsafeHtml: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: it is sanitized.
  return <div dir="auto" dangerouslySetInnerHTML={{ __html: sanitize(unsafeHtml) }} />;
});
