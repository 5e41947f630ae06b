import type { ChatSession } from '@chat/client';
import type { OutgoingMessage, UseChat } from '@chat/client/react';
import { Fragment } from 'react';
import type { Ratings } from './chat-panel.js';
import { Heading, isGrouped, NewChatHeading } from './headings.js';
import { LoadOlder } from './load-older.js';
import { MessageItem } from './message-item.js';
import { OutgoingItem } from './outgoing-item.js';
import { ReplyItem } from './reply-item.js';
import { useScroll } from './use-scroll.js';

/** The list of all messages. */
export function MessageLog({
  chat,
  ratings,
  onRate,
  session,
  onEdit,
  onDiscard,
  onStop,
  onRegenerate,
}: {
  chat: UseChat;
  /** The session that was started here last. */
  session: ChatSession | undefined;
  onStop(): void;
  onRegenerate(id: string): void;
  onEdit(message: OutgoingMessage): void;
  onDiscard(key: string): void;
} & Ratings) {
  const { messages, outgoing, reply, loadOlder } = chat;
  const last = messages.at(-1);
  const canRegenerate = last?.role === 'assistant' && !reply && outgoing.length === 0;
  const log = useScroll(messages[0]?.key, outgoing.at(-1)?.key, loadOlder);

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users need to focus the log to scroll it.
    <div className="log" ref={log} role="log" aria-label="Messages" tabIndex={0}>
      <div className="page">
        <LoadOlder chat={chat} />
        {messages.map((message, index) => {
          const previous = messages[index - 1];
          return (
            <Fragment key={message.key}>
              <Heading message={message} {...(previous && { previous })} />
              <MessageItem
                message={message}
                isGrouped={isGrouped(message, previous)}
                satisfied={ratings.get(message.id ?? '')}
                onRate={onRate}
                onRegenerate={message === last && canRegenerate ? onRegenerate : undefined}
              />
            </Fragment>
          );
        })}
        {session && last && session.startTime > last.timestamp && <NewChatHeading />}
        {reply && <ReplyItem reply={reply} onStop={onStop} />}
        {outgoing.map((message, index) => (
          <OutgoingItem
            key={message.key}
            message={message}
            isGrouped={index > 0}
            isLast={index === outgoing.length - 1}
            onRetry={chat.retry}
            onEdit={onEdit}
            onDiscard={onDiscard}
          />
        ))}
      </div>
    </div>
  );
}
