import type { ReplyInProgress } from '@chat/client/react';
import { type FormEvent, type KeyboardEvent, type RefObject, useRef } from 'react';
import { IconButton } from '../controls/icon-button.js';

/** The message field. Enter sends the message; Shift+Enter starts a new line. During a reply there is a button that stops it. */
export function Composer({
  field,
  text,
  reply,
  onChange,
  onSend,
  onStop,
}: {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  reply: ReplyInProgress | undefined;
  onChange(text: string): void;
  onSend(text: string): void;
  onStop(): void;
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
      <div className="field" data-text={text}>
        <textarea
          aria-label="Message"
          id="message-field"
          ref={field}
          dir="auto"
          placeholder="Ask a question…"
          rows={1}
          value={text}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {reply && (
        // Not `disabled` while stopping: a disabled button loses the focus.
        <IconButton
          icon="stop"
          label="Stop the reply"
          aria-disabled={reply.isStopping}
          onClick={() => reply.isStopping || onStop()}
        />
      )}
      <IconButton icon="send" label="Send" type="submit" className="primary" />
    </form>
  );
}
