import type { AuthChangeReason } from '@chat/client';
import { useChat } from '@chat/client/react';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { AppHeader } from './app-header.js';
import { ChatPanel } from './chat/chat-panel.js';
import { useRatings } from './chat/use-ratings.js';
import { useReplyActions } from './chat/use-reply-actions.js';
import { FailureTools } from './failures/failure-tools.js';
import { useRateLimitEvent } from './failures/use-rate-limit-event.js';
import type { LoggedInUser } from './login/logged-in-user.js';
import { SessionList } from './sessions/session-list.js';
import { type PanelName, SidePanel } from './side-panel.js';
import { Statistics } from './statistics/statistics.js';
import { useStats } from './statistics/use-stats.js';

/** Shorter than in a real application, because here the user watches the reconnect. */
const backoff = { minDelayMs: 400, maxDelayMs: 2_500 };
const texts: Partial<Record<AuthChangeReason, string>> = {
  logout: 'You are logged out.',
  expired: 'Your login has expired. Please log in again.',
  refused: 'Your password has changed. Please log in again.',
};

/** The page of a logged-in user: the conversation, and at most one panel. */
export function MainScreen({
  user,
  onSignedOut,
}: {
  user: LoggedInUser;
  /** Called after a logout, here or in another tab, and when the login cannot be renewed. */
  onSignedOut(notice: string | undefined): void;
}) {
  const { client, username, eventLog } = user;
  const chat = useChat(client, { backoff });
  const replyActions = useReplyActions(chat);
  const field = useRef<HTMLTextAreaElement>(null);
  const [panel, setPanel] = useState<PanelName>();
  const [ratings, rate] = useRatings(client);
  const { connection, messages } = chat;
  const version = `${messages.at(-1)?.key} ${ratings.size} ${connection.state === 'open'}`;
  const stats = useStats(client, version);
  useRateLimitEvent(eventLog, chat.rateLimitedUntil);

  useEffect(
    () =>
      client.onAuthChange(({ user, reason }) => {
        if (user === undefined) onSignedOut(texts[reason]);
      }),
    [client, onSignedOut],
  );

  const closePanel = () => {
    setPanel(undefined);
    // Back to the button that opened it.
    document.querySelector<HTMLElement>(`[data-opens="${panel}"]`)?.focus();
  };
  /** A small screen shows the message field only without a panel. */
  const focusField = () => {
    if (getComputedStyle(field.current?.closest('.chat') as Element).display === 'none') {
      flushSync(() => setPanel(undefined));
    }
    field.current?.focus();
  };

  return (
    <div className="main-screen">
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to the message field, which a panel hides on a small screen. */}
      <a
        className="skip"
        href="#message-field"
        onClick={(event) => {
          event.preventDefault();
          focusField();
        }}
      >
        Skip to the message field
      </a>
      <AppHeader
        connection={connection}
        username={username}
        panel={panel}
        onPanel={(name) => (name === panel ? closePanel() : setPanel(name))}
        onNewChat={() => {
          replyActions.start();
          focusField();
        }}
        onLogout={() => void user.logout()}
      />
      <main data-has-panel={panel !== undefined}>
        <ChatPanel
          chat={chat}
          field={field}
          replyActions={replyActions}
          ratings={ratings}
          onRate={rate}
        />
        {panel !== undefined && (
          <SidePanel name={panel} onClose={closePanel}>
            {panel === 'Sessions' && <SessionList client={client} sessions={stats?.sessions} />}
            {panel === 'Statistics' && <Statistics stats={stats} />}
            {panel === 'Simulate failures' && <FailureTools chat={chat} user={user} />}
          </SidePanel>
        )}
      </main>
    </div>
  );
}
