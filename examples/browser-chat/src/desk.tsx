import { isChatError } from '@chat/client';
import { useChat } from '@chat/client/react';
import { useEffect, useState } from 'react';
import { ChatPanel } from './chat/chat-panel.js';
import { useRatings } from './chat/use-ratings.js';
import { FiguresPanel } from './figures/figures-panel.js';
import { useFigures } from './figures/use-figures.js';
import { LinePanel } from './line/line-panel.js';
import { StateBadge } from './line/state-badge.js';
import type { Session } from './session/session.js';
import { SessionsPanel } from './sessions/sessions-panel.js';

const views = ['Chat', 'Line', 'Figures', 'Sessions'] as const;
/** Shorter than one would choose for a real page: here one watches. */
const backoff = { minMs: 400, maxMs: 2_500 };
type View = (typeof views)[number];

/** Everything that somebody who is logged in sees. Small screens show one view at a time. */
export function Desk({ session, onLeave }: { session: Session; onLeave(why?: string): void }) {
  const { client, username } = session;
  const chat = useChat(client, { backoff });
  const [view, setView] = useState<View>('Chat');
  const [ratings, rate] = useRatings(client);
  const { connection, messages } = chat;
  const version = `${messages.at(-1)?.key} ${ratings.size} ${connection.state === 'open'}`;
  const figures = useFigures(client, version);

  const isLoginOver =
    connection.state === 'closed' &&
    (isChatError(connection.error, 'authentication_failed') ||
      isChatError(connection.error, 'token_unavailable'));
  useEffect(() => {
    if (isLoginOver) onLeave('Your login has ended. Log in again to go on.');
  });

  return (
    <div className="desk" data-view={view}>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads to the field, which another view hides. */}
      <a className="skip" href="#say" onClick={() => setView('Chat')}>
        Go to the message field
      </a>
      <header>
        <img src="./icon.svg" alt="" width="30" height="30" />
        <h1>Harbour desk</h1>
        <StateBadge connection={connection} />
        <span className="who quiet">{username}</span>
        <button type="button" className="plain" onClick={() => onLeave()}>
          Log out
        </button>
      </header>
      <main>
        <ChatPanel chat={chat} ratings={ratings} onRate={rate} />
        <div className="side">
          <LinePanel chat={chat} session={session} />
          <FiguresPanel figures={figures} />
          <SessionsPanel client={client} sessions={figures?.sessions} />
        </div>
      </main>
      <nav aria-label="Views">
        {views.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === view ? 'page' : undefined}
            onClick={() => setView(name)}
          >
            {name}
          </button>
        ))}
      </nav>
    </div>
  );
}
