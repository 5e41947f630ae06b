import type { ChatConnection } from '@chat/client/react';

const words = {
  connecting: 'Connecting',
  open: 'Connected',
  waiting: 'Line down',
  closed: 'Closed',
};

/** The state of the line in a word. */
export function StateBadge({ connection: { state } }: { connection: ChatConnection }) {
  return (
    <span className="badge" role="status" data-state={state}>
      {words[state]}
    </span>
  );
}
