import type { UseChat } from '@chat/client/react';
import { Countdown } from './countdown.js';
import { describeStatus } from './describe-status.js';
import { useOnline } from './use-online.js';

/** Above the message field: what the conversation waits for, and for how long. */
export function StatusBanner({ chat }: { chat: UseChat }) {
  const status = describeStatus(chat, useOnline());
  return (
    <div className="banner">
      {/* Always on the page, so that screen readers read a new text. They do not read the countdown. */}
      <p role="status">{status?.text}</p>
      {status?.until !== undefined && <Countdown key={status.until} until={status.until} />}
      {status?.canReconnect && (
        <button type="button" className="small-button" onClick={chat.reconnect}>
          Reconnect now
        </button>
      )}
    </div>
  );
}
