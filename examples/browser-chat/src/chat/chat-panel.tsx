import type { UseChat } from '@chat/client/react';
import { Composer } from './composer.js';
import { MessageLog } from './message-log.js';

export interface Ratings {
  ratings: ReadonlyMap<string, boolean>;
  onRate(id: string, satisfied: boolean): void;
}

/** The conversation and what one says next. */
export function ChatPanel({ chat, ...rating }: { chat: UseChat } & Ratings) {
  return (
    <section className="chat" aria-label="Conversation">
      <MessageLog chat={chat} {...rating} />
      {chat.notice && (
        <p className="notice" role="alert">
          {chat.notice.content}
        </p>
      )}
      <Composer onSend={(text) => void chat.send(text)} />
    </section>
  );
}
