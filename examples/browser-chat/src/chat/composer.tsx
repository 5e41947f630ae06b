import { type FormEvent, type KeyboardEvent, type RefObject, useRef } from 'react';

/** Enter sends, Shift and Enter begins a line. */
export function Composer({
  field,
  text,
  onChange,
  onSend,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onChange(text: string): void;
  onSend(text: string): void;
}) {
  const form = useRef<HTMLFormElement>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return;
    onSend(text);
    onChange('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };

  return (
    <form className="composer" ref={form} onSubmit={submit}>
      <textarea
        aria-label="Message"
        id="say"
        ref={field}
        placeholder="Ask the desk…"
        rows={1}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" className="primary" aria-label="Send">
        <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
          <path d="M10 16V4M5 9l5-5 5 5" />
        </svg>
      </button>
    </form>
  );
}
