import type { UseChat } from '@chat/client/react';
import { useEffect, useSyncExternalStore } from 'react';
import { timeOf } from '../chat/days.js';
import type { Session } from '../session/session.js';
import { Countdown } from './countdown.js';
import { type Journal, seconds } from './journal.js';
import { waitingFor } from './waiting-for.js';

const states = ['connecting', 'open', 'waiting', 'closed'] as const;
/** Long enough for some dials that fail. */
const cutMs = 4_000;
/** More than the demo's server takes at once. */
const burst = 12;

/** How the line is, what it waits for, and what one can do to it. */
export function LinePanel({ chat, session }: { chat: UseChat; session: Session }) {
  const { connection, heldUntil, reconnect, send } = chat;
  const { journal, plug } = session;
  const { sentence, until } = waitingFor(chat);
  const isHeld = heldUntil !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each message that is refused moves the end; one note will do.
  useEffect(() => {
    if (heldUntil === undefined) return;
    journal.note(
      `The limit is reached; sending rests for ${seconds(heldUntil - Date.now())}`,
      'bad',
    );
  }, [isHeld, journal]);
  const hitTheLimit = () => {
    for (let nth = 1; nth <= burst; nth += 1) void send(`Ping ${nth}`);
  };
  return (
    <section className="panel" data-panel="Line" aria-labelledby="line">
      <h2 id="line">The line</h2>
      <ol className="states">
        {states.map((state) => (
          <li
            key={state}
            data-state={state}
            aria-current={state === connection.state ? 'step' : undefined}
          >
            {state}
          </li>
        ))}
      </ol>
      <p className="waiting">{sentence}</p>
      <div className="slot">{until !== undefined && <Countdown key={until} until={until} />}</div>
      <div className="buttons">
        <button type="button" onClick={() => plug.pull(cutMs)}>
          Cut the line
        </button>
        <button type="button" onClick={() => void session.expireToken()}>
          Expire the token
        </button>
        <button type="button" onClick={hitTheLimit}>
          Hit the limit
        </button>
        <button type="button" onClick={reconnect}>
          Dial now
        </button>
      </div>
      <JournalList journal={journal} />
    </section>
  );
}

function JournalList({ journal }: { journal: Journal }) {
  const entries = useSyncExternalStore(journal.subscribe, journal.entries);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys.
    <ul className="journal" aria-label="What the client does" tabIndex={0}>
      {entries.map(({ key, at, text, kind }) => (
        <li key={key} data-kind={kind}>
          <time dateTime={new Date(at).toISOString()}>{timeOf(at)}</time> {text}
        </li>
      ))}
    </ul>
  );
}
