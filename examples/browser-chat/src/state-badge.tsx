import type { ChatConnection } from '@chat/client/react';

const labels = {
  connecting: 'Connecting…',
  open: 'Connected',
  waiting: 'Reconnecting…',
  closed: 'Disconnected',
};

/** The state of the connection as a short label; on a phone as a coloured dot. */
export function StateBadge({ connection: { state } }: { connection: ChatConnection }) {
  return (
    <span className="badge" role="status" data-state={state}>
      <span>{labels[state]}</span>
    </span>
  );
}
