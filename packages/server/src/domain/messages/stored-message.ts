import type { Message } from '@chat/contract';

/**
 * A message of this server: it always has the fields that are optional for other backends. A reply has `replyTo`.
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
