import type { DomainContext } from '../context.js';
import type { UserTransaction } from '../ports/store.js';
import { readReceiptFrame } from './status-frames.js';

/**
 * Marks the user's messages up to this one as read and notifies the user's other sockets.
 * @returns false when the user has no such message
 */
export async function markRead(
  context: DomainContext,
  reader: { userId: string; socketId: string },
  messageId: string,
): Promise<boolean> {
  const mark = (tx: UserTransaction) => {
    const { message, state } = tx;
    if (message === undefined) return 'unknown';
    // A status never goes back, and a frame is sent only for a change.
    if (message.seq <= state.readSeq) return 'known';
    tx.saveState({ ...state, readSeq: message.seq });
    return 'moved';
  };
  const outcome = await context.store.transaction(reader.userId, mark, { messageId: messageId });
  if (outcome === 'moved') {
    context.fanOut.publish(reader.userId, {
      kind: 'frame',
      frame: readReceiptFrame(context.clock.now(), messageId),
      exceptSocketId: reader.socketId,
    });
  }
  return outcome !== 'unknown';
}
