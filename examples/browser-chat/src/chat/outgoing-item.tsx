import { isChatError } from '@chat/client';
import type { OutgoingMessage } from '@chat/client/react';

/** A message that is being sent, or that failed. */
export function OutgoingItem({
  message,
  isGrouped,
  isLast,
  onRetry,
  onEdit,
  onDiscard,
}: {
  message: OutgoingMessage;
  isGrouped: boolean;
  /** Whether it is the last of the outgoing messages. Only this one says "Sending…". */
  isLast: boolean;
  onRetry(key: string): void;
  onEdit(message: OutgoingMessage): void;
  onDiscard(key: string): void;
}) {
  const { key, content, state, error } = message;
  return (
    <article className={`message user ${state}`} data-grouped={isGrouped}>
      <h3 className="visually-hidden">You</h3>
      <div className="content" dir="auto">
        {content}
      </div>
      {state === 'sending' ? (
        isLast && <footer>Sending…</footer>
      ) : (
        <footer>
          {describe(error)}
          {isRejected(error) ? (
            <button type="button" className="small-button" onClick={() => onEdit(message)}>
              Edit
            </button>
          ) : (
            <button type="button" className="small-button" onClick={() => onRetry(key)}>
              Retry
            </button>
          )}
          <button type="button" className="small-button" onClick={() => onDiscard(key)}>
            Discard
          </button>
        </footer>
      )}
    </article>
  );
}

/** The backend would reject the same text again, so the user has to edit it. */
function isRejected(error: unknown): boolean {
  return isChatError(error, 'not_sent') && error.reason === 'rejected';
}

function describe(error: unknown): string {
  return isChatError(error, 'outcome_unknown') ? 'May have been sent.' : 'Not sent.';
}
