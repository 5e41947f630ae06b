import type { ChatClient, ChatSession, Message } from '@chat/client';
import { useState } from 'react';
import { dayOf, timeOf } from '../chat/days.js';

/** The sessions, newest first; each shows what was said when it is opened. */
export function SessionsPanel({
  client,
  sessions,
}: {
  client: ChatClient;
  /** Undefined until they were read. */
  sessions: readonly ChatSession[] | undefined;
}) {
  return (
    <section className="panel" data-panel="Sessions" aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      {!sessions?.length && <p className="quiet">{sessions ? 'None so far.' : 'Reading…'}</p>}
      {sessions?.map((session) => (
        <SessionItem key={session.id} client={client} session={session} />
      ))}
    </section>
  );
}

function SessionItem({ client, session }: { client: ChatClient; session: ChatSession }) {
  const { id, startTime, lastMessageTime, messageCount } = session;
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [hint, setHint] = useState<string>();
  const read = async () => {
    setHint(messages.length > 0 ? undefined : 'Reading…');
    try {
      const page = await client.chat.history({ sessionId: id, order: 'asc', pageSize: 100 });
      setMessages(page.messages);
      setHint(undefined);
    } catch {
      setHint('Out of reach; open it again to try again.');
    }
  };
  return (
    <details
      className="session"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) void read();
      }}
    >
      <summary>
        <span>{dayOf(startTime)}</span>
        <span className="quiet">
          {timeOf(startTime)}–{timeOf(lastMessageTime)}
        </span>
        <span className="count">
          {messageCount}
          <span className="unseen"> messages</span>
        </span>
      </summary>
      <ul>
        {hint !== undefined && <li>{hint}</li>}
        {messages.map(({ role, content, timestamp }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: oldest first, so that each keeps its place.
          <li key={index} className={role}>
            <span className="unseen">
              {role === 'user' ? 'You' : 'The desk'}, {timeOf(timestamp)}:{' '}
            </span>
            {content}
          </li>
        ))}
      </ul>
    </details>
  );
}
