import type { UseChat } from '@chat/client/react';
import type { LoggedInUser } from '../login/logged-in-user.js';
import { EventLogList } from './event-log-list.js';

const states = ['connecting', 'open', 'waiting', 'closed'] as const;
/** Long enough for several failed connection attempts. */
const disconnectMs = 4_000;
/** More messages than the demo server's rate limit allows. */
const burst = 12;

/** Buttons that simulate failures, the state of the connection, and what the client does about them. */
export function FailureTools({ chat, user }: { chat: UseChat; user: LoggedInUser }) {
  const { connection, reconnect, send } = chat;
  const { eventLog, network } = user;
  const exceedRateLimit = () => {
    for (let number = 1; number <= burst; number += 1) void send(`Ping ${number}`);
  };
  return (
    <>
      <p className="muted">
        The client recovers from each of these. Send a message at the same time: it is not lost.
      </p>
      <div className="buttons">
        <button type="button" onClick={() => network.disconnect(disconnectMs)}>
          Disconnect
        </button>
        <button type="button" onClick={reconnect}>
          Reconnect
        </button>
        <button type="button" onClick={() => void user.expireToken()}>
          Expire the token
        </button>
        <button type="button" onClick={exceedRateLimit}>
          Exceed the rate limit
        </button>
      </div>
      <h3>State of the connection</h3>
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
      <h3>Events</h3>
      <EventLogList eventLog={eventLog} />
    </>
  );
}
