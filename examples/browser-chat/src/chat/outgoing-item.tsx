import { isChatError } from '@chat/client';
import type { OutgoingMessage } from '@chat/client/react';

/** A message that is on its way, or failed. */
export function OutgoingItem({
  message: { key, content, state, error },
  onRetry,
  onDiscard,
}: {
  message: OutgoingMessage;
  onRetry(key: string): void;
  onDiscard(key: string): void;
}) {
  return (
    <article className={`message user ${state}`}>
      <h3 className="unseen">You</h3>
      <p>{content}</p>
      {state === 'sending' ? (
        <footer>On its way</footer>
      ) : (
        <footer>
          {explain(error)}
          <button type="button" className="plain" onClick={() => onRetry(key)}>
            Send again
          </button>
          <button type="button" className="plain" onClick={() => onDiscard(key)}>
            Discard
          </button>
        </footer>
      )}
    </article>
  );
}

function explain(error: unknown): string {
  return isChatError(error, 'outcome_unknown') ? 'It may have been sent.' : 'It was not sent.';
}
