import { useChat } from '@ai-sdk/react';
import { aiSdkTransport, toUIMessages } from '@chat/client/ai-sdk';
import { useEffect, useState } from 'react';
import { client } from './client.js';

const transport = aiSdkTransport(client);

/** The stored messages, for the first render; undefined until they are loaded. The result `error` says why they are not. */
export function useStoredMessages() {
  const [stored, setStored] = useState({});
  useEffect(() => {
    const reading = new AbortController();
    readMessages(reading.signal).then(
      (messages) => setStored({ messages }),
      (error) => reading.signal.aborted || setStored({ error }),
    );
    return () => reading.abort();
  }, []);
  return stored;
}

/**
 * `useChat` of the AI SDK, which also shows what other tabs and devices send.
 * @param stored the messages for the first render: a reply in progress follows them
 */
export function useConversation(stored) {
  const { setMessages, ...chat } = useChat({
    id: 'main',
    transport,
    messages: stored,
    resume: true,
  });
  const { changes, isConnected } = useChanges();
  const isIdle = chat.status === 'ready';
  useEffect(() => {
    // A reply in progress is not in the history yet, and neither is a message that failed.
    if (!isIdle || changes === 0) return;
    const reading = new AbortController();
    readMessages(reading.signal).then(
      (messages) => reading.signal.aborted || setMessages(messages),
      (error) => reading.signal.aborted || console.warn(error),
    );
    return () => reading.abort();
  }, [changes, isIdle, setMessages]);
  return { ...chat, isConnected };
}

/** Counts the messages of all tabs and devices, also those that arrived while there was no connection. */
function useChanges() {
  const [changes, setChanges] = useState(0);
  const [isConnected, setConnected] = useState(false);
  useEffect(() => {
    const changed = () => setChanges((count) => count + 1);
    const socket = client.connect();
    socket.on('message', changed);
    socket.on('state', ({ state }) => {
      setConnected(state === 'open');
      if (state === 'open') changed();
    });
    return () => void socket.close();
  }, []);
  return { changes, isConnected };
}

async function readMessages(signal) {
  // The history is newest first.
  const { messages } = await client.chat.history({ pageSize: 50, signal });
  return toUIMessages(messages.toReversed());
}
