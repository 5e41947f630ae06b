import type { Message } from '@chat/contract';

/**
 * A message as this server shows it: with all that is optional for other backends, and `replyTo` where it answers one.
 *
 * @example
 * ```ts
 * import type { StoredMessage } from '@chat/server/msw';
 *
 * const unread = (messages: StoredMessage[]) => messages.filter(({ status }) => status !== 'read');
 * console.log(unread(mock.messages('ada')).map(({ id }) => id));
 * const answerTo = (question: StoredMessage) =>
 *   mock.messages('ada').find(({ replyTo }) => replyTo === question.id);
 * ```
 */
export interface StoredMessage extends Message {
  id: string;
  sessionId: string;
  status: 'sent' | 'delivered' | 'read';
}
