import type { Message } from '@chat/contract';

/**
 * A message as this server shows it: with all that is optional for other backends.
 *
 * @example
 * ```ts
 * import type { StoredMessage } from '@chat/server/msw';
 *
 * const unread = (messages: StoredMessage[]) => messages.filter(({ status }) => status !== 'read');
 * console.log(unread(mock.messages('ada')).map(({ id }) => id));
 * ```
 */
export interface StoredMessage extends Message {
  id: string;
  sessionId: string;
  status: 'sent' | 'delivered' | 'read';
}
