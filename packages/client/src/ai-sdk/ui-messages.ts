import type { UIMessage } from 'ai';
import type { Message } from '../types/models.js';

const roles = ['system', 'user', 'assistant'] as const;

/**
 * Converts messages of the backend to those of the AI SDK, in the same order: for `useChat({ messages })`.
 *
 * @example
 * ```ts
 * import { toUIMessages } from '@chat/client/ai-sdk';
 *
 * // The history is newest first.
 * const { messages } = await client.chat.history({ pageSize: 50 });
 * const initial = toUIMessages(messages.toReversed());
 * ```
 */
export function toUIMessages(messages: readonly Message[]): UIMessage[] {
  return messages.map(({ id, role, content, timestamp }, index) => ({
    id: id ?? `message-${index}`,
    role: roles.find((known) => known === role) ?? 'assistant',
    parts: [{ type: 'text', text: content }],
    metadata: { timestamp },
  }));
}
