import { useChat } from '@ai-sdk/react';
import { ChatClient } from '@chat/client';
import { aiSdkTransport, toUIMessages } from '@chat/client/ai-sdk';
import type { UIMessage } from 'ai';
import { createElement as h, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

const client = new ChatClient({
  baseUrl: new URLSearchParams(location.search).get('backend') ?? '',
  credentials: { username: 'ada', password: 's3cret' },
});
const transport = aiSdkTransport(client);
const { messages: newestFirst } = await client.chat.history({ pageSize: 50 });
const initial = toUIMessages(newestFirst.toReversed());

function Chat() {
  const { messages, sendMessage, status, error, stop, regenerate } = useChat({
    id: 'main',
    transport,
    messages: initial,
    resume: true,
  });
  const button = (name: string, onClick: () => unknown) =>
    h('button', { type: 'button', onClick: () => void onClick() }, name);
  const textOf = ({ parts }: UIMessage) =>
    parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return h(
    'main',
    undefined,
    h(
      'ol',
      undefined,
      messages.map((message) => h('li', { key: message.id, id: message.id }, textOf(message))),
    ),
    h('p', { role: 'status' }, error ? `${error.name} ${error.message}` : status),
    h('input', { 'aria-label': 'Message' }),
    button('Send', () => sendMessage({ text: document.querySelector('input')?.value ?? '' })),
    button('Stop', stop),
    button('Regenerate', () => regenerate()),
  );
}

createRoot(document.body.appendChild(document.createElement('div'))).render(
  h(StrictMode, undefined, h(Chat)),
);
window.mount = () => {};
