import type { MessageRecord, Store } from '../ports/store.js';

/** Marks messages of one user as delivered. Does not call the store when all are marked already. */
export async function markDelivered(
  store: Store,
  records: readonly MessageRecord[],
): Promise<void> {
  const undelivered = records.filter((record) => !record.delivered);
  const [first] = undelivered;
  if (first === undefined) return;
  await store.transaction(first.userId, (tx) => {
    for (const { seq } of undelivered) tx.markDelivered({ from: seq, to: seq });
  });
}

/** A copy of the message that is marked as delivered. */
export function asDelivered(message: MessageRecord): MessageRecord {
  return message.delivered ? message : { ...message, delivered: true };
}
