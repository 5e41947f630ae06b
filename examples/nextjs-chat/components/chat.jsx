'use client';

import { useChat } from '@chat/client/react';
import { useHydrated } from './use-hydrated.js';

export function Chat({ client, stored }) {
  const chat = useChat(client);
  const { outgoing, reply, connection, history, send, retry, stop, regenerate, loadOlder } = chat;
  const isHydrated = useHydrated();
  const messages = chat.messages.length === 0 && history.isLoading ? stored : chat.messages;
  const last = chat.messages.at(-1);
  const submit = (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get('text');
    if (text.trim() === '') return;
    void send(text);
    event.target.reset();
  };
  return (
    <>
      {history.hasOlder && (
        <button type="button" onClick={() => loadOlder()}>
          Load older messages
        </button>
      )}
      <div role="log">
        {messages.map(({ key, role, content }) => (
          <p key={key} className={role}>
            {content}
          </p>
        ))}
        {reply && (
          <p key={reply.key} className="assistant">
            {reply.content || '…'}
          </p>
        )}
        {outgoing.map(({ key, content, state }) => (
          <p key={key} className={state}>
            {content}
            {state === 'failed' && (
              <button type="button" onClick={() => retry(key)}>
                Retry
              </button>
            )}
          </p>
        ))}
      </div>
      {connection.state !== 'open' && <p role="status">Connecting…</p>}
      <form onSubmit={submit}>
        <label>
          Message <input name="text" autoComplete="off" />
        </label>
        <button type="submit" disabled={!isHydrated}>
          Send
        </button>
        {reply && (
          <button type="button" onClick={() => stop()}>
            Stop
          </button>
        )}
        {!reply && last?.replyTo && (
          <button type="button" onClick={() => regenerate(last.id)}>
            Regenerate
          </button>
        )}
      </form>
    </>
  );
}
