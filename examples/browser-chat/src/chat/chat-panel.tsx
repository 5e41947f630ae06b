import type { OutgoingMessage, UseChat } from '@chat/client/react';
import { type RefObject, useState } from 'react';
import { Composer } from './composer.js';
import { MessageLog } from './message-log.js';
import { StatusBanner } from './status-banner.js';
import type { ReplyActions } from './use-reply-actions.js';

export interface Ratings {
  ratings: ReadonlyMap<string, boolean>;
  onRate(id: string, satisfied: boolean): void;
}

/** The conversation and the message field. */
export function ChatPanel({
  chat,
  field,
  replyActions: { session, regenerate, failure },
  ...rating
}: {
  chat: UseChat;
  field: RefObject<HTMLTextAreaElement | null>;
  replyActions: ReplyActions;
} & Ratings) {
  const [draft, setDraft] = useState('');
  const [dismissedNotice, setDismissedNotice] = useState(chat.notice);
  const discard = (key: string) => {
    chat.discard(key);
    // The notice explained why the discarded message failed.
    setDismissedNotice(chat.notice);
  };
  const edit = ({ key, content }: OutgoingMessage) => {
    chat.discard(key);
    // In front of a draft that the user has already typed.
    setDraft((text) => (text.trim() === '' ? content : `${content}\n${text}`));
    field.current?.focus();
  };
  const stop = () => {
    chat.stop();
    field.current?.focus();
  };
  return (
    <section className="chat" aria-label="Conversation">
      <MessageLog
        chat={chat}
        session={session}
        onEdit={edit}
        onDiscard={discard}
        onStop={stop}
        onRegenerate={regenerate}
        {...rating}
      />
      <div className="notices">
        {failure && <p role="alert">{failure}</p>}
        {chat.notice && chat.notice !== dismissedNotice && (
          <p role="alert">{chat.notice.content}</p>
        )}
        <StatusBanner chat={chat} />
      </div>
      <Composer
        field={field}
        text={draft}
        reply={chat.reply}
        onChange={setDraft}
        onStop={stop}
        onSend={(text) => void chat.send(text)}
      />
    </section>
  );
}
