import type { ChatCore } from '../core.js';
import type { UserTransaction } from '../store.js';
import { readFrameNotice } from './status-frames.js';

/**
 * Marks the user's messages up to this one as read and tells the user's other sockets.
 * @returns false when the user has no such message
 */
export async function markRead(
  core: ChatCore,
  reader: { userId: string; socketId: string },
  messageId: string,
): Promise<boolean> {
  const mark = (tx: UserTransaction) => {
    const { message, state } = tx;
    if (message === undefined) return 'unknown';
    // A status only moves forward, and what is no news needs no frame.
    if (message.seq <= state.readSeq) return 'known';
    tx.saveState({ ...state, readSeq: message.seq });
    return 'moved';
  };
  const outcome = await core.store.transaction(reader.userId, mark, { message: messageId });
  if (outcome === 'moved') {
    core.fanOut.publish(reader.userId, {
      kind: 'frame',
      frame: readFrameNotice(core.clock.now(), messageId),
      exceptSocketId: reader.socketId,
    });
  }
  return outcome !== 'unknown';
}
