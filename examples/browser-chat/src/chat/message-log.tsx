import type { ChatMessage, OutgoingMessage, UseChat } from '@chat/client/react';
import { Fragment } from 'react';
import { Beginning } from './beginning.js';
import type { Ratings } from './chat-panel.js';
import { dayOf, sameDay } from './days.js';
import { MessageItem } from './message-item.js';
import { OutgoingItem } from './outgoing-item.js';
import { useScroll } from './use-scroll.js';

/** All that was said. Stays at its end while one is there, and where one reads when older messages come. */
export function MessageLog({
  chat,
  ratings,
  onRate,
  onEdit,
  onDiscard,
}: {
  chat: UseChat;
  onEdit(message: OutgoingMessage): void;
  onDiscard(key: string): void;
} & Ratings) {
  const { messages, outgoing, reply, loadOlder } = chat;
  const log = useScroll(messages[0]?.key, outgoing.at(-1)?.key, loadOlder);
  /** The button that did it is gone then, and the focus would be nowhere. */
  const thenFocus = (act: (key: string) => void) => (key: string) => {
    act(key);
    log.current?.focus({ preventScroll: true });
  };

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys.
    <div className="log" ref={log} role="log" aria-label="Messages" tabIndex={0}>
      <div className="page">
        <Beginning chat={chat} />
        {messages.map((message, index) => (
          <Fragment key={message.key}>
            <Day message={message} before={messages[index - 1]} />
            <MessageItem
              message={message}
              satisfied={ratings.get(message.id ?? '')}
              onRate={onRate}
            />
          </Fragment>
        ))}
        {reply && (
          // Its pieces would be read out one by one; the whole message is, when it is there.
          <div className="message assistant" aria-hidden="true" data-testid="reply">
            <p>{reply.content || <Dots />}</p>
          </div>
        )}
        {outgoing.map((message) => (
          <OutgoingItem
            key={message.key}
            message={message}
            onRetry={thenFocus(chat.retry)}
            onEdit={onEdit}
            onDiscard={thenFocus(onDiscard)}
          />
        ))}
      </div>
    </div>
  );
}

function Day({ message, before }: { message: ChatMessage; before: ChatMessage | undefined }) {
  if (before !== undefined && sameDay(before.timestamp, message.timestamp)) return null;
  return <h2 className="day">{dayOf(message.timestamp)}</h2>;
}

function Dots() {
  return (
    <span className="dots">
      <i />
      <i />
      <i />
    </span>
  );
}
