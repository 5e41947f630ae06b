import { useState } from 'react';
import { useConversation, useStoredMessages } from './use-conversation.js';

const textOf = ({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join('');

export function Chat() {
  const { messages, error } = useStoredMessages();
  if (messages) return <Conversation stored={messages} />;
  return error ? <p role="alert">{error.message}</p> : <p role="status">Loading…</p>;
}

function Conversation({ stored }) {
  const { messages, status, error, isConnected, sendMessage, stop, regenerate } =
    useConversation(stored);
  const [draft, setDraft] = useState('');
  const isReplying = status === 'submitted' || status === 'streaming';
  const submit = (event) => {
    event.preventDefault();
    if (draft.trim() === '' || isReplying) return;
    void sendMessage({ text: draft });
    setDraft('');
  };
  return (
    <>
      <div role="log">
        {messages.map((message) => (
          <p key={message.id} className={message.role}>
            {textOf(message)}
          </p>
        ))}
      </div>
      {error && <p role="alert">{error.message}</p>}
      {!isConnected && <p role="status">Connecting…</p>}
      <form onSubmit={submit}>
        <label>
          Message <input value={draft} onChange={(event) => setDraft(event.target.value)} />
        </label>
        {isReplying ? (
          <button type="button" onClick={() => stop()}>
            Stop
          </button>
        ) : (
          <button type="submit">Send</button>
        )}
        {!isReplying && messages.length > 0 && (
          <button type="button" onClick={() => regenerate()}>
            {error ? 'Send again' : 'Regenerate'}
          </button>
        )}
      </form>
    </>
  );
}
