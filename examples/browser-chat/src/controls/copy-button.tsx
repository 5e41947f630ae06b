import { useEffect, useState } from 'react';
import { announce } from './announce.js';
import { IconButton } from './icon-button.js';

/** How long the button confirms a copy. */
const confirmMs = 2_000;

/** A button that copies a text. Browsers without a clipboard (pages without HTTPS) show none. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), confirmMs);
    return () => clearTimeout(timer);
  }, [isCopied]);
  if (navigator.clipboard === undefined) return null;

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      announce('Copied');
    } catch {
      announce('The browser does not allow copying.');
    }
  };
  return (
    <IconButton icon={isCopied ? 'check' : 'copy'} label={label} onClick={() => void copy()} />
  );
}
