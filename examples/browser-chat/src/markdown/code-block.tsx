import { memo } from 'react';
import { CopyButton } from '../controls/copy-button.js';

/** A block of code with its language and a button that copies it. */
export const CodeBlock = memo(function CodeBlock({
  text,
  language,
}: {
  text: string;
  language: string;
}) {
  return (
    <figure className="code-block" dir="ltr">
      <figcaption>
        <span>{language || 'text'}</span>
        <CopyButton label="Copy code" text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need to focus long lines to scroll them. */}
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
    </figure>
  );
});
