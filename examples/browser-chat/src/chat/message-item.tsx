import type { ChatMessage } from '@chat/client/react';
import { memo } from 'react';
import { CopyButton } from '../controls/copy-button.js';
import { IconButton } from '../controls/icon-button.js';
import { Markdown } from '../markdown/markdown.js';
import { timeOf } from './dates.js';
import { type Rating, RatingButtons } from './rating-buttons.js';

interface ItemProps extends Rating {
  message: ChatMessage;
  /** Whether it belongs to the same group as the message above. */
  isGrouped: boolean;
  /** Requests another reply; missing if that is not possible now. */
  onRegenerate: ((id: string) => void) | undefined;
}

/** A stored message with its actions. Messages of the assistant contain Markdown. */
export const MessageItem = memo(
  function MessageItem({ message, isGrouped, onRegenerate, ...rating }: ItemProps) {
    const { role, content, timestamp, id, truncated, stopped } = message;
    const isUser = role === 'user';
    return (
      <article className={`message ${role}`} data-grouped={isGrouped}>
        <h3 className="visually-hidden">{isUser ? 'You' : 'Assistant'}</h3>
        <div className="content" dir="auto">
          {isUser ? content : <Markdown text={content} />}
        </div>
        {truncated !== undefined && <small>{describeCut(truncated)}</small>}
        {stopped && <small>The reply was stopped.</small>}
        <footer className="actions">
          <CopyButton label="Copy" text={content} />
          {!isUser && id !== undefined && <RatingButtons id={id} {...rating} />}
          {onRegenerate && id !== undefined && (
            <IconButton icon="retry" label="Regenerate" onClick={() => onRegenerate(id)} />
          )}
          <time dateTime={timestamp}>{timeOf(timestamp)}</time>
        </footer>
      </article>
    );
  },
  (before, after) =>
    before.message === after.message &&
    before.isGrouped === after.isGrouped &&
    before.satisfied === after.satisfied &&
    !before.onRegenerate === !after.onRegenerate,
);

function describeCut(reason: string): string {
  return reason === 'content_filter'
    ? 'The reply was cut off by a content filter.'
    : 'The reply was cut off.';
}
