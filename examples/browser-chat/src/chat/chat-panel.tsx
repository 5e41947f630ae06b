import type { OutgoingMessage, UseChat } from '@chat/client/react';
import { useRef, useState } from 'react';
import { Composer } from './composer.js';
import { MessageLog } from './message-log.js';

export interface Ratings {
  ratings: ReadonlyMap<string, boolean>;
  onRate(id: string, satisfied: boolean): void;
}

/** The conversation and what one says next. */
export function ChatPanel({ chat, ...rating }: { chat: UseChat } & Ratings) {
  const [draft, setDraft] = useState('');
  const [settled, setSettled] = useState(chat.notice);
  const field = useRef<HTMLTextAreaElement>(null);
  const discard = (key: string) => {
    chat.discard(key);
    // It told why that message failed.
    setSettled(chat.notice);
  };
  const edit = ({ key, content }: OutgoingMessage) => {
    chat.discard(key);
    // Before what stands there already.
    setDraft((text) => (text.trim() === '' ? content : `${content}\n${text}`));
    field.current?.focus();
  };
  return (
    <section className="chat" aria-label="Conversation">
      <MessageLog chat={chat} onEdit={edit} onDiscard={discard} {...rating} />
      {chat.notice && chat.notice !== settled && (
        <p className="notice" role="alert">
          {chat.notice.content}
        </p>
      )}
      <Composer
        field={field}
        text={draft}
        onChange={setDraft}
        onSend={(text) => void chat.send(text)}
      />
    </section>
  );
}
