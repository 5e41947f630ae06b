import type { Message } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import type { DomainContext } from '../context.js';
import { asDelivered, markDelivered } from '../messages/mark-delivered.js';
import { serializeMessage } from '../messages/serialize.js';
import type { MessageRecord } from '../ports/store.js';

/**
 * Serializes messages for a response and marks them as delivered, unless the client disconnected.
 * When the store fails here, the messages are still returned: most were marked before.
 */
export async function respondWith(
  { logger, store }: DomainContext,
  request: ChatRequest,
  records: readonly MessageRecord[],
  readSeq: number,
): Promise<Message[]> {
  if (request.signal?.aborted) {
    return records.map((record) => serializeMessage(record, readSeq));
  }
  await markDelivered(store, records).catch((err: unknown) => {
    const userId = records[0]?.userId;
    logger.warn({ userId, err }, 'Messages could not be marked as delivered.');
  });
  return records.map((record) => serializeMessage(asDelivered(record), readSeq));
}

/** Number of characters of the messages' content. */
export function contentLength(records: readonly MessageRecord[]): number {
  return records.reduce((length, { content }) => length + content.length, 0);
}
