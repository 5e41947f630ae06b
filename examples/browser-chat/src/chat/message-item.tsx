import type { ChatMessage } from '@chat/client/react';
import { memo } from 'react';
import { timeOf } from './days.js';

interface Rating {
  satisfied: boolean | undefined;
  onRate(id: string, satisfied: boolean): void;
}

/** A stored message; one of the assistant can be rated. */
export const MessageItem = memo(
  function MessageItem({ message, ...rating }: { message: ChatMessage } & Rating) {
    const { role, content, timestamp, id } = message;
    return (
      <article className={`message ${role}`}>
        <h3 className="unseen">{role === 'user' ? 'You' : 'The desk'}</h3>
        <p>{content}</p>
        <footer>
          <time dateTime={timestamp}>{timeOf(timestamp)}</time>
          {role === 'assistant' && id !== undefined && <Thumbs id={id} {...rating} />}
        </footer>
      </article>
    );
  },
  (before, after) => before.message === after.message && before.satisfied === after.satisfied,
);

function Thumbs({ id, satisfied, onRate }: Rating & { id: string }) {
  return (
    <span className="thumbs">
      {[true, false].map((value) => (
        <button
          key={String(value)}
          type="button"
          aria-label={value ? 'A good reply' : 'A bad reply'}
          aria-pressed={satisfied === value}
          onClick={() => onRate(id, value)}
        >
          <svg viewBox="0 0 20 20" width="16" height="16" aria-hidden="true">
            <path
              d="M7 9v8H4V9zm0 0 3-6c1.5 0 2.2 1 2 2.4L11.6 8H16l-1.3 7.3a2 2 0 0 1-1.9 1.7H7"
              transform={value ? undefined : 'rotate(180 10 10)'}
            />
          </svg>
        </button>
      ))}
    </span>
  );
}
