import type { ChatClient, ChatSession, Message } from '@chat/client';
import { useState } from 'react';
import { dayOf, timeOf } from '../chat/dates.js';
import { Markdown } from '../markdown/markdown.js';

/** The sessions, newest first. An opened session shows its messages. */
export function SessionList({
  client,
  sessions,
}: {
  client: ChatClient;
  /** Undefined until they are loaded. */
  sessions: readonly ChatSession[] | undefined;
}) {
  return (
    <>
      {!sessions?.length && <p className="muted">{sessions ? 'No sessions yet' : 'Loading…'}</p>}
      {sessions?.map((session) => (
        <SessionItem key={session.id} client={client} session={session} />
      ))}
    </>
  );
}

function SessionItem({ client, session }: { client: ChatClient; session: ChatSession }) {
  const { id, startTime, lastMessageTime, messageCount } = session;
  const [messages, setMessages] = useState<readonly Message[]>([]);
  const [status, setStatus] = useState<string>();
  const load = async () => {
    setStatus(messages.length > 0 ? undefined : 'Loading…');
    try {
      const page = await client.chat.history({ sessionId: id, order: 'asc', pageSize: 100 });
      setMessages(page.messages);
      setStatus(undefined);
    } catch {
      setStatus('The session could not be loaded. Open it again to retry.');
    }
  };
  return (
    <details
      className="session"
      onToggle={({ currentTarget }) => {
        if (currentTarget.open) void load();
      }}
    >
      <summary>
        <h3>{dayOf(startTime)}</h3>
        <span className="muted">
          {timeOf(startTime)}–{timeOf(lastMessageTime)}
        </span>
        <span className="count">
          {messageCount}
          <span className="visually-hidden"> messages</span>
        </span>
      </summary>
      <ul>
        {status !== undefined && <li>{status}</li>}
        {messages.map(({ role, content, timestamp }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only appended.
          <li key={index} className={role}>
            <span className="visually-hidden">
              {role === 'user' ? 'You' : 'Assistant'}, {timeOf(timestamp)}:{' '}
            </span>
            <div dir="auto">{role === 'user' ? content : <Markdown text={content} />}</div>
          </li>
        ))}
      </ul>
    </details>
  );
}
