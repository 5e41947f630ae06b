import type { ChatClient } from '@chat/client';
import { useChat } from '@chat/client/react';
import { type FormEvent, createElement as h } from 'react';

/** Two components that share the conversation of one client. */
export function Conversation({ client }: { client: ChatClient }) {
  return h('div', undefined, h(Log, { client }), h(Connection, { client }));
}

function Log({ client }: { client: ChatClient }) {
  const { messages, outgoing, reply, history, loadOlder } = useChat(client);
  return h(
    'section',
    undefined,
    history.hasOlder && h('button', { type: 'button', onClick: () => void loadOlder() }, 'Older'),
    h(
      'ol',
      undefined,
      messages.map(({ key, content }) => h('li', { key }, content)),
    ),
    h(
      'ul',
      undefined,
      outgoing.map(({ key, content }) => h('li', { key }, content)),
    ),
    reply && h('output', undefined, reply.content),
  );
}

function Connection({ client }: { client: ChatClient }) {
  const { connection, send } = useChat(client);
  return h(
    'form',
    {
      onSubmit: (event: FormEvent<HTMLFormElement>) => {
        event.preventDefault();
        void send(String(new FormData(event.currentTarget).get('text')));
      },
    },
    h('p', { role: 'status' }, connection.state),
    h('input', { name: 'text', 'aria-label': 'Message' }),
    h('button', { type: 'submit' }, 'Send'),
  );
}
