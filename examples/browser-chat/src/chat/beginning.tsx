import type { UseChat } from '@chat/client/react';

/** What stands above the first message: the way to older ones, or that there are none. */
export function Beginning({ chat }: { chat: UseChat }) {
  const { history, messages, loadOlder } = chat;
  const { hasOlder, isLoading, error } = history;
  const hasFailed = error !== undefined;
  if (hasFailed || hasOlder) {
    const words = hasFailed ? 'Try again' : 'Earlier messages';
    // The same button while it reads, so that it keeps the focus.
    return (
      <p className="quiet middle">
        {hasFailed && 'The history is out of reach. '}
        <button type="button" className="plain" onClick={() => void loadOlder()}>
          {isLoading ? 'Reading…' : words}
        </button>
      </p>
    );
  }
  if (isLoading) return <p className="quiet middle">Reading the history…</p>;
  const words = messages.length > 0 ? 'This is where it began.' : 'Nothing was said yet.';
  return <p className="quiet middle">{words}</p>;
}
