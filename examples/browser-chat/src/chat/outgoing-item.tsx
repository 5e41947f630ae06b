import { isChatError } from '@chat/client';
import type { OutgoingMessage } from '@chat/client/react';

/** A message that is on its way, or failed. */
export function OutgoingItem({
  message,
  onRetry,
  onEdit,
  onDiscard,
}: {
  message: OutgoingMessage;
  onRetry(key: string): void;
  onEdit(message: OutgoingMessage): void;
  onDiscard(key: string): void;
}) {
  const { key, content, state, error } = message;
  return (
    <article className={`message user ${state}`}>
      <h3 className="unseen">You</h3>
      <p>{content}</p>
      {state === 'sending' ? (
        <footer>On its way</footer>
      ) : (
        <footer>
          {explain(error)}
          {isRefused(error) ? (
            <button type="button" className="plain" onClick={() => onEdit(message)}>
              Edit
            </button>
          ) : (
            <button type="button" className="plain" onClick={() => onRetry(key)}>
              Send again
            </button>
          )}
          <button type="button" className="plain" onClick={() => onDiscard(key)}>
            Discard
          </button>
        </footer>
      )}
    </article>
  );
}

/** As it is it would be refused again. */
function isRefused(error: unknown): boolean {
  return isChatError(error, 'not_sent') && error.reason === 'refused';
}

function explain(error: unknown): string {
  return isChatError(error, 'outcome_unknown') ? 'It may have been sent.' : 'It was not sent.';
}
