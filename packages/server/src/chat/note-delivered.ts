import type { MessageRecord, Store } from './store.js';

/** Notes of one user's messages that they left to a client; where that is known of all, the store is not asked. */
export async function noteDelivered(
  store: Store,
  records: readonly MessageRecord[],
): Promise<void> {
  const fresh = records.filter((record) => !record.delivered);
  const [first] = fresh;
  if (first === undefined) return;
  await store.transaction(first.userId, (tx) => {
    for (const { seq } of fresh) tx.markDelivered({ from: seq, to: seq });
  });
}

/** The message as it is once it left. */
export function delivered(message: MessageRecord): MessageRecord {
  return message.delivered ? message : { ...message, delivered: true };
}
