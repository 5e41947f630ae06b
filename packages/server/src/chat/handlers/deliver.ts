import type { Message } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import { delivered, noteDelivered } from '../note-delivered.js';
import { presentMessage } from '../present.js';
import type { MessageRecord } from '../store.js';
import type { House } from './handler.js';

/**
 * Messages as they leave in an answer, and so are delivered, unless the caller is gone or asked for the
 * head alone. Nearly always they were before; that the store could not note it is no reason to keep them
 * from their reader.
 */
export async function deliver(
  { logger, store }: House,
  request: ChatRequest,
  records: readonly MessageRecord[],
  readSeq: number,
): Promise<Message[]> {
  if (request.headOnly || request.signal?.aborted) {
    return records.map((record) => presentMessage(record, readSeq));
  }
  await noteDelivered(store, records).catch((err: unknown) => {
    const userId = records[0]?.userId;
    logger.warn({ userId, err }, 'Could not note that messages were delivered.');
  });
  return records.map((record) => presentMessage(delivered(record), readSeq));
}
