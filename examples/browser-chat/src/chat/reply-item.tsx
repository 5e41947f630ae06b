import type { ReplyInProgress } from '@chat/client/react';
import { useEffect } from 'react';
import { announce } from '../controls/announce.js';
import { Icon } from '../controls/icon.js';
import { Markdown } from '../markdown/markdown.js';

/** The reply in progress, with a button that stops it. */
export function ReplyItem({ reply, onStop }: { reply: ReplyInProgress; onStop(): void }) {
  useEffect(() => announce('The assistant is writing.'), []);
  return (
    // Not live: screen readers would read each delta. They read the complete message when it arrives.
    <section className="message assistant" aria-label="Reply in progress" aria-live="off">
      <div className="content" data-testid="reply">
        {reply.content ? <Markdown text={reply.content} isComplete={false} /> : <TypingDots />}
      </div>
      <footer>
        {/* Not `disabled` while stopping: a disabled button loses the focus. */}
        <button
          type="button"
          className="small-button"
          aria-disabled={reply.isStopping}
          onClick={() => reply.isStopping || onStop()}
        >
          <Icon name="stop" />
          {reply.isStopping ? 'Stopping…' : 'Stop'}
        </button>
      </footer>
    </section>
  );
}

function TypingDots() {
  return (
    <span className="dots">
      <i />
      <i />
      <i />
    </span>
  );
}
