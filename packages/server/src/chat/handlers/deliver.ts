import type { Message } from '@chat/contract';
import type { ChatRequest } from '../api.js';
import { presentMessage } from '../present.js';
import type { MessageRecord } from '../store.js';
import type { House } from './handler.js';

/**
 * Messages as they leave in an answer, and so are delivered, unless the caller is gone. Nearly always
 * they were before; that the store could not note it is no reason to keep them from their reader.
 */
export async function deliver(
  { logger, store }: House,
  request: ChatRequest,
  records: readonly MessageRecord[],
  readSeq: number,
): Promise<Message[]> {
  const fresh = records.filter((record) => !record.delivered);
  const [first] = fresh;
  if (first === undefined || request.signal?.aborted) {
    return records.map((record) => presentMessage(record, readSeq));
  }
  const { userId } = first;
  const mark = store.transaction(userId, (tx) => {
    for (const { seq } of fresh) tx.markDelivered({ from: seq, to: seq });
  });
  await mark.catch((err: unknown) =>
    logger.warn({ userId, err }, 'Could not note that messages were delivered.'),
  );
  return records.map((record) => presentMessage({ ...record, delivered: true }, readSeq));
}
