import type { UseChat } from '@chat/client/react';

/** Above the first message: a button that loads older messages, or a note that there are none. */
export function LoadOlder({ chat }: { chat: UseChat }) {
  const { history, messages, loadOlder } = chat;
  const { hasOlder, isLoading, error } = history;
  const hasFailed = error !== undefined;
  if (hasFailed || hasOlder) {
    const label = hasFailed ? 'Retry' : 'Load older messages';
    // The same button while loading, so that it keeps the focus.
    return (
      <p className="muted centered">
        {hasFailed && 'The history could not be loaded. '}
        <button type="button" className="link-button" onClick={() => void loadOlder()}>
          {isLoading ? 'Loading…' : label}
        </button>
      </p>
    );
  }
  if (isLoading) return <p className="muted centered">Loading the history…</p>;
  const note = messages.length > 0 ? 'Start of the conversation' : 'No messages yet';
  return <p className="muted centered">{note}</p>;
}
